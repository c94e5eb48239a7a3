"""URI of a Lambda function as API Gateway is given it: its ARN, or an invocation path that holds the ARN."""

import re
from dataclasses import dataclass

_FUNCTION_ARN = (
    r"arn:(?P<partition>[\w-]+):lambda:(?P<region>[\w-]+):(?P<account>\d{12})"
    r":function:(?P<name>[A-Za-z0-9_-]{1,64})(:(?P<qualifier>\$?[A-Za-z0-9_-]+))?"
)
_BARE = re.compile(_FUNCTION_ARN)
_INVOCATION_PATH = re.compile(
    rf"arn:[\w-]+:apigateway:[\w-]+:lambda:path/[\d-]+/functions/(?P<arn>{_FUNCTION_ARN})/invocations"
)


@dataclass(frozen=True)
class FunctionArn:
    """A Lambda function's ARN, taken apart. `qualifier` is a version or an alias."""

    region: str
    account: str
    name: str
    qualifier: str | None

    @property
    def text(self) -> str:
        """The ARN as IAM knows it: of the unpublished version without a qualifier."""
        version = "" if self.qualifier in (None, "$LATEST") else f":{self.qualifier}"
        return f"arn:aws:lambda:{self.region}:{self.account}:function:{self.name}{version}"


def function_arn_in(uri: str) -> FunctionArn | None:
    """Return the function that an `IntegrationUri` or `AuthorizerUri` names, or None if it names none."""
    match = _BARE.fullmatch(uri) or _INVOCATION_PATH.fullmatch(uri)
    if match is None:
        return None
    return FunctionArn(match["region"], match["account"], match["name"], match["qualifier"])
