"""The process in which an invocation runs, and how it dies."""

from dataclasses import dataclass
from typing import NoReturn


class Killed(BaseException):
    """The process ended here. Not an `Exception`, since a dead process catches nothing."""


@dataclass
class Process:
    """Once dead it reaches AWS no more: `finally` blocks run in the model, and would not in a killed process,
    so whatever they send must not arrive."""

    function: str
    ends_at: float  # seconds since the epoch: when Lambda kills it
    dead: bool = False

    def check_alive(self, now: float) -> None:
        """Raises Killed if the process is dead, or has outlived the function's timeout."""
        if self.dead or now >= self.ends_at:
            self.die()

    def die(self) -> NoReturn:
        self.dead = True
        raise Killed(self.function)
