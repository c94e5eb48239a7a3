"""Refusal of a call: the error of AWS, by the service that is asked.

Sources: "Common Errors" of each service's API reference, and for codes of query services what botocore's
models name. The serializer of the call's protocol gives the error its form.
"""

from dataclasses import dataclass

from localstack.aws.api import CommonServiceException

from lab_emulator.iam.permission_check import INVALID_TOKEN


@dataclass(frozen=True)
class RefusalForm:
    """Code and HTTP status of a service's denial."""

    code: str
    status: int


_JSON = RefusalForm("AccessDeniedException", 400)
_REST_JSON = RefusalForm("AccessDeniedException", 403)
_QUERY = RefusalForm("AccessDenied", 403)
_FORMS = {
    "apigateway": _REST_JSON,
    "apigatewayv2": _REST_JSON,
    "cloudformation": _QUERY,
    "cloudwatch": _QUERY,
    "iam": _QUERY,
    "lambda": _REST_JSON,
    "s3": _QUERY,
    "sns": RefusalForm("AuthorizationError", 403),
    "sqs": _QUERY,
    "sts": _QUERY,
    "xray": _REST_JSON,
}


def form_of(service: str) -> RefusalForm:
    """How a service denies; services of the JSON protocols alike."""
    return _FORMS.get(service, _JSON)


def refusal(service: str, message: str) -> CommonServiceException:
    """The error for a call that AWS would deny."""
    form = form_of(service)
    return CommonServiceException(form.code, message, form.status, sender_fault=True)


def unknown_credentials(service: str) -> CommonServiceException:
    """The error for an access key that is not known: of the JSON protocols it has its own name."""
    code = "InvalidClientTokenId" if form_of(service) is _QUERY else "UnrecognizedClientException"
    status = 403 if form_of(service) is not _JSON else 400
    return CommonServiceException(code, INVALID_TOKEN, status, sender_fault=True)
