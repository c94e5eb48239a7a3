"""What every engine can do."""

from typing import Protocol


class Engine(Protocol):
    """One emulator from `start` to `stop`. `stop` may be called at any time, and more than once."""

    def start(self) -> str:
        """Return the endpoint once every part of the extension is loaded. Raises EmulatorFailed."""

    def stop(self) -> None:
        """End the emulator and whatever it started, and leave nothing behind."""

    def ailment(self) -> str | None:
        """Why the started emulator no longer runs; None while it does."""

    def kill(self) -> None:
        """End the emulator at once, as a crash would."""

    def kill_function(self, function_name: str) -> None:
        """End the process that works for a function, as a crash would. Linux only."""

    def log_tail(self) -> str:
        """The last lines that the emulator wrote."""
