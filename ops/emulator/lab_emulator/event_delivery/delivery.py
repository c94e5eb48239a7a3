"""One event on its way to one target."""

import time
from dataclasses import dataclass, field

from localstack.services.events.models import FormattedEvent, Rule
from localstack.utils.xray.trace_header import TraceHeader


@dataclass
class Delivery:
    """`retries` counts the attempts after the first."""

    rule: Rule
    target_id: str
    event: FormattedEvent
    trace_header: TraceHeader
    retries: int = 0
    began_at: float = field(default_factory=time.monotonic)

    @property
    def target_key(self) -> str:
        """The name under which LocalStack keeps the target's sender."""
        return f"{self.rule.arn}-{self.target_id}"

    @property
    def age_seconds(self) -> float:
        return time.monotonic() - self.began_at
