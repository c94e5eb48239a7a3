"""One event on its way to one target."""

import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime

from localstack.services.events.models import FormattedEvent, Rule
from localstack.utils.xray.trace_header import TraceHeader


@dataclass
class Delivery:
    """`retries` counts the attempts after the first; it has `ended` once there will be no other."""

    rule: Rule
    target_id: str
    event: FormattedEvent
    trace_header: TraceHeader
    retries: int = 0
    began_at: float = field(default_factory=time.monotonic)
    ended: bool = False

    @property
    def target_key(self) -> str:
        """The name under which LocalStack keeps the target's sender."""
        return f"{self.rule.arn}-{self.target_id}"

    @property
    def age_seconds(self) -> float:
        return time.monotonic() - self.began_at


def scheduled_event(rule: Rule) -> FormattedEvent:
    """What a rule with a schedule sends where the target has no input of its own."""
    return FormattedEvent(
        {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": rule.account_id,
            "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": rule.region,
            "resources": [rule.arn],
            "detail": {},
        }
    )
