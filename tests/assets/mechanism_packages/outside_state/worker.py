import state
def go():
    state.callback()
    state.extra = later
    state.extra()
def later(): return 1
