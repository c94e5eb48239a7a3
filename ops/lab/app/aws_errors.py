"""What botocore raises, as errors that a person can act on."""

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    ProfileNotFound,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)

from ops.lab.errors import LabError, NotUp, Refused

_SIGN_IN = "sign in: aws sso login, or set AWS_PROFILE"


def as_lab_error(error: BotoCoreError | ClientError) -> LabError:
    """The same failure as a LabError with a hint."""
    if isinstance(
        error, NoCredentialsError | TokenRetrievalError | UnauthorizedSSOTokenError | ProfileNotFound
    ):
        return Refused(str(error), hint=_SIGN_IN)
    if isinstance(error, EndpointConnectionError):
        return NotUp(str(error), hint="is it still running? lab status, then lab up")
    if isinstance(error, ClientError):
        return LabError(str(error), hint="with LAB_DEBUG=1 the command shows the whole traceback")
    return LabError(f"{type(error).__name__}: {error}", hint="check the network, then lab doctor")
