"""What every kind of pattern offers."""

from typing import Protocol

from lab_emulator.logs.patterns.message import LogMessage


class Pattern(Protocol):
    """Something that a log event matches or does not."""

    def matches(self, message: LogMessage) -> bool: ...
