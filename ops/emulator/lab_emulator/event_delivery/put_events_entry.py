"""Entries of PutEvents that EventBridge refuses and LocalStack takes, each for itself.

Source: EventBridge API reference, PutEventsRequestEntry (DetailType "with a maximum of 128 characters") and
PutEventsResultEntry, whose error codes include NotAuthorizedForSourceException: "aws." is for AWS's own
services (EventBridge user guide, eb-events-structure).
"""

from collections.abc import Mapping
from typing import Any

from localstack.aws.api.events import PutEventsResultEntry

RESERVED_SOURCE = "aws."
MAX_DETAIL_TYPE_LENGTH = 128


def refusal(entry: Mapping[str, Any], *, from_a_service: bool) -> PutEventsResultEntry | None:
    """What the answer holds in the place of an EventId; None for an entry that may pass.

    `from_a_service` says that one of AWS's own puts it, such as S3. What is missing LocalStack refuses.
    """
    if (entry.get("Source") or "").startswith(RESERVED_SOURCE) and not from_a_service:
        return PutEventsResultEntry(
            ErrorCode="NotAuthorizedForSourceException", ErrorMessage="Not authorized for the source."
        )
    if len(entry.get("DetailType") or "") > MAX_DETAIL_TYPE_LENGTH:
        return PutEventsResultEntry(
            ErrorCode="InvalidArgument",
            ErrorMessage="Parameter DetailType is not valid. "
            f"Reason: DetailType must not be longer than {MAX_DETAIL_TYPE_LENGTH} characters.",
        )
    return None
