"""The three refusals of the apigatewayv2 API, with AWS's codes."""

from localstack.aws.api import CommonServiceException


def bad_request(message: str) -> CommonServiceException:
    return CommonServiceException("BadRequestException", message, status_code=400)


def not_found(kind: str, identifier: str) -> CommonServiceException:
    message = f"Invalid {kind} identifier specified {identifier}"
    return CommonServiceException("NotFoundException", message, status_code=404)


def conflict(message: str) -> CommonServiceException:
    return CommonServiceException("ConflictException", message, status_code=409)


def not_emulated(what: str) -> CommonServiceException:
    """Refuse what AWS has and this emulator has not, rather than accept and ignore it."""
    return bad_request(f"{what} is not emulated by the DLQ Reliability Lab; AWS supports it.")
