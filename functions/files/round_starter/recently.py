"""What an execution environment has just found out."""

from dataclasses import dataclass, field

from functions.common.clock import Clock


@dataclass
class Recently:
    """Remembers one fact at a time, by its name, for some seconds."""

    seconds: float
    clock: Clock
    _fact: str | None = field(default=None, init=False)
    _at: float = field(default=float("-inf"), init=False)

    def knows(self, fact: str) -> bool:
        return fact == self._fact and self.clock() - self._at < self.seconds

    def learn(self, fact: str) -> None:
        self._fact, self._at = fact, self.clock()
