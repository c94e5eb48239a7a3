"""Errors that stop synth.

SynthError
├── SettingsError   the context asks for something unknown, malformed or contradictory
└── CodeAssetError  the functions' code cannot be packed from what is installed

`infra.app` prints either as one line and exits 1.
"""


class SynthError(Exception):
    """Base of every error whose message tells the operator what to do next."""


class SettingsError(SynthError):
    """A context key is unknown, has a wrong value, or contradicts another."""


class CodeAssetError(SynthError):
    """A distribution that the functions need is missing, or is not pure Python."""
