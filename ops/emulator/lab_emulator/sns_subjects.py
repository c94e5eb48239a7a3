"""Subjects of publications: SNS refuses those that a mail's header could not hold, and LocalStack only "".

"Subjects must be ASCII text that begins with a letter, number, or punctuation mark; must not include line
breaks or control characters; and must be less than 100 characters long" (SNS API reference, Publish). A
hundred pass all the same.
"""

import re
from collections.abc import Callable
from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.api.sns import InvalidParameterException

MAX_LENGTH = 100
_SUBJECT = re.compile(rf"[!-~][ -~]{{0,{MAX_LENGTH - 1}}}")


def check(subject: str | None) -> None:
    """Raise InvalidParameterException for what is no subject. None is: it was left out."""
    if subject is not None and not _SUBJECT.fullmatch(subject):
        raise InvalidParameterException("Invalid parameter: Subject")


def publish(stock: Callable[..., Any], provider: Any, context: RequestContext, **parameters: Any) -> Any:
    """Stand in for `SnsProvider.publish`."""
    check(parameters.get("subject"))
    return stock(provider, context, **parameters)


def publish_batch(
    stock: Callable[..., Any], provider: Any, context: RequestContext, **parameters: Any
) -> Any:
    """Stand in for `SnsProvider.publish_batch`: one entry that is malformed fails the whole request."""
    for entry in parameters["publish_batch_request_entries"]:
        check(entry.get("Subject"))
    return stock(provider, context, **parameters)
