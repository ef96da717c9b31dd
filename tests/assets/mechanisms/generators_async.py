import asyncio
async def fetch(): return Reply()
class Reply:
    def text(self): return "x"
async def main():
    reply = await fetch()
    return reply.text()
