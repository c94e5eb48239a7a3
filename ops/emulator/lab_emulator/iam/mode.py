"""Mode of IAM: what becomes of a call that AWS would deny (`LAB_IAM`).

`/_lab/iam` tells the mode, and changes it while the emulator runs.
"""

import os
from collections.abc import Mapping
from enum import StrEnum

VARIABLE = "LAB_IAM"


class IamMode(StrEnum):
    """What is done about the permissions of a call."""

    ENFORCE = "enforce"
    """Evaluated and recorded; a call that AWS would deny is denied in AWS's words."""
    WARN = "warn"
    """Evaluated and recorded, and let through."""
    OFF = "off"
    """Not looked at."""


class InvalidIamMode(ValueError):
    """A text that names no mode."""


def parse(text: str) -> IamMode:
    """Read a mode. Raises InvalidIamMode."""
    try:
        return IamMode(text)
    except ValueError:
        modes = ", ".join(IamMode)
        raise InvalidIamMode(f"{VARIABLE}={text} is no mode of IAM: take one of {modes}") from None


def of(environ: Mapping[str, str]) -> IamMode:
    """The mode that the environment asks for, `warn` where it does not. Raises InvalidIamMode."""
    return parse(environ.get(VARIABLE) or IamMode.WARN)


_mode: IamMode | None = None


def current() -> IamMode:
    """The mode in force."""
    global _mode
    if _mode is None:
        _mode = of(os.environ)
    return _mode


def change(mode: IamMode) -> None:
    """Use `mode` from the next call on."""
    global _mode
    _mode = mode
