"""Refusal: why a kit is not installed, and what to do about it."""


class KitRefusal(Exception):
    """A reason to stop. `hint` says what to do next."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint

    def __str__(self) -> str:
        """The two lines that a person reads."""
        first = f"✗ {super().__str__()}"
        return f"{first}\n  {self.hint}" if self.hint else first
