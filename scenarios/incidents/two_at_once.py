"""Incident: two others at once. The second shows only when the first is repaired."""

from ops.lab.incidents.both import both
from ops.lab.incidents.declaration import Ticket
from scenarios.incidents import no_concurrency, nobody_is_told

INCIDENT = both(
    no_concurrency.INCIDENT,
    nobody_is_told.INCIDENT,
    name="two_at_once",
    title="Two causes, one behind the other",
    ticket=Ticket(
        sender="Head of operations",
        subject="Orders stand still",
        text=(
            "Shops wait for their orders and the warehouse waits for work. I am told that it was repaired "
            "once already this morning and that it did not help. Please do not close this before the "
            "warehouse says that it sees orders again."
        ),
    ),
)
