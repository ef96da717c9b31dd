"""Hooks of many names, called by one function that is given the name."""


class Hooks:
    def on_start(self) -> None: ...

    def on_epoch_start(self) -> None: ...

    def on_batch_start(self) -> None: ...

    def on_step(self) -> None: ...

    def on_backward(self) -> None: ...

    def on_optimizer(self) -> None: ...

    def on_batch_end(self) -> None: ...

    def on_validation(self) -> None: ...

    def on_epoch_end(self) -> None: ...

    def on_save(self) -> None: ...

    def on_end(self) -> None: ...


def call_hook(hooks: Hooks, name: str) -> None:
    hook = getattr(hooks, name)
    hook()


def main() -> None:
    hooks = Hooks()
    call_hook(hooks, "on_start")
    call_hook(hooks, "on_epoch_start")
    call_hook(hooks, "on_batch_start")
    call_hook(hooks, "on_step")
    call_hook(hooks, "on_backward")
    call_hook(hooks, "on_optimizer")
    call_hook(hooks, "on_batch_end")
    call_hook(hooks, "on_validation")
    call_hook(hooks, "on_epoch_end")
    call_hook(hooks, "on_save")
    call_hook(hooks, "on_end")


main()
