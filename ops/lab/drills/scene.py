"""Where a drill takes place, as its actions and probes see it."""

from dataclasses import dataclass, field

from ops.lab.app.target import Target
from ops.lab.drills.ledger import Ledger


@dataclass(frozen=True)
class Scene:
    """`started_at` is in seconds since the epoch; `patience` stretches every `within_seconds`."""

    target: Target
    started_at: float
    patience: float = 1.0
    ledger: Ledger = field(default_factory=Ledger)

    @property
    def on_aws(self) -> bool:
        return self.target.endpoint is None
