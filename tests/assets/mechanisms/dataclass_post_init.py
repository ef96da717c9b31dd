from dataclasses import dataclass, field
@dataclass
class Config:
    size: int = 1
    parts: list = field(default_factory=list)
    def __post_init__(self): self.check()
    def check(self): pass
Config(3)
