service = None
class Service:
    def go(self): pass
def start():
    global service
    service = Service()
def use(): service.go()
start()
use()
