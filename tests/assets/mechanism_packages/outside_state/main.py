import state
import worker
def hook(): return 1
def run():
    state.configure(hook)
    worker.go()
    state.current.close()
run()
