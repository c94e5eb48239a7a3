"""Errors of botocore, as errors that a person can act on; and any error in one line."""

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    ProfileNotFound,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)

from ops.lab.errors import CommandError, NotUp, Refused

# What a call for a person may meet and is told to them; anything else is a fault of the lab's own.
FORESEEN_ERRORS = (CommandError, BotoCoreError, ClientError, OSError)
_SIGN_IN = "sign in: aws sso login, or set AWS_PROFILE"


def as_command_error(error: BotoCoreError | ClientError) -> CommandError:
    """The same failure as a CommandError with a hint."""
    if isinstance(
        error, NoCredentialsError | TokenRetrievalError | UnauthorizedSSOTokenError | ProfileNotFound
    ):
        return Refused(str(error), hint=_SIGN_IN)
    if isinstance(error, EndpointConnectionError):
        return NotUp(str(error), hint="is it still running? lab status, then lab up")
    if isinstance(error, ClientError):
        return CommandError(str(error), hint="with LAB_DEBUG=1 the command shows the whole traceback")
    return CommandError(f"{type(error).__name__}: {error}", hint="check the network, then lab doctor")


def as_told(error: Exception) -> Exception:
    """The error as it is told to a person: one of botocore as a CommandError, any other as it is."""
    return as_command_error(error) if isinstance(error, BotoCoreError | ClientError) else error


def reason_of(error: BaseException) -> str:
    """An error in one line, with what to do about it where that is known."""
    if isinstance(error, KeyboardInterrupt):
        return "interrupted"
    if isinstance(error, BotoCoreError | ClientError):
        error = as_command_error(error)
    if isinstance(error, CommandError):
        return f"{error} ({error.hint})" if error.hint else str(error)
    return f"{type(error).__name__}: {error}"
