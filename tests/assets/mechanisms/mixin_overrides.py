class Checks:
    def check(self, text): return len(text)
class Words(Checks):
    def run(self): return self.check("words")
class Loud:
    def check(self, text): return super().check(text.upper())
class LoudWords(Loud, Words): pass
Words().run()
LoudWords().run()
