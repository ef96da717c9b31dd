from engine import start, Engine
def run():
    engine = start("x")
    engine.turn()
    engine.part.fit()
run()
