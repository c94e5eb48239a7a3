"""API call: one operation that a client asks for, as the gateway parsed it.

What a service does inside the process, without a call of the API, has the same form.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ApiCall:
    """Call of one operation.

    `service` and `operation` have botocore's names, `request` the operation's parameters. `account_id` and
    `region` are those that the call is made to; `method` and `path` those of HTTP.
    """

    service: str
    operation: str
    account_id: str
    region: str
    request: Mapping[str, Any] = field(default_factory=dict)
    method: str = "POST"
    path: str = "/"
    partition: str = "aws"

    def arn(self, service: str, name: str) -> str:
        """The ARN of a resource of this service in the account and region that the call is made to."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account_id}:{name}"
