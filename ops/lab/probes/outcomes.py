"""Probes of outcomes: whether those who listen to the bus heard of what succeeded."""

import time

from ops.lab.app.state_table import read_items
from ops.lab.drills.scene import Scene
from ops.lab.probes.logs import success_events

# How long an outcome may be on its way from the worker to the log of the outcomes.
_ON_ITS_WAY_SECONDS = 10.0


def unheard(scene: Scene) -> int:
    """How many orders of the ledger, accepted some seconds ago, have succeeded without an outcome event
    that arrived."""
    due = time.time() - _ON_ITS_WAY_SECONDS
    keys = list(dict.fromkeys(entry.key for entry in scene.ledger.accepted if entry.accepted_at < due))
    # The table first: what it calls succeeded was announced before.
    succeeded = [key for key, item in read_items(scene.target, keys).items() if item.succeeded]
    heard = success_events(scene.target, scene.started_at)
    return sum(key not in heard for key in succeeded)
