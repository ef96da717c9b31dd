class Engine:
    def run(self): return 1
class Car: pass
def equip(car): car.engine = Engine()
car = Car()
equip(car)
car.engine.run()
