"""Actions that send orders through the API; what it accepted is noted in the ledger."""

import time
from collections.abc import Sequence

from ops.lab.app.api import Api, ApiAnswer
from ops.lab.app.traffic import Event, events_of_run, new_run_name, post_until_unanswered
from ops.lab.drills.declaration import NotCarriedOut
from ops.lab.drills.scene import Scene
from ops.lab.probes import state_table
from ops.lab.waiting import eventually

_ACCEPTED = 202


def send(
    scene: Scene,
    count: int,
    *,
    per_second: float | None = None,
    concurrency: int = 8,
    least_accepted: int | None = None,
) -> str:
    """Post `count` new orders, `per_second` of them or as fast as `concurrency` connections go.

    Tell how many were accepted.

    Raises NotCarriedOut where fewer than `least_accepted` (all, by default) got 202.
    """
    return send_all(
        scene,
        events_of_run(new_run_name(), count),
        per_second=per_second,
        concurrency=concurrency,
        least_accepted=least_accepted,
    )


def send_and_await(scene: Scene, count: int, *, within_seconds: float = 60) -> str:
    """The same, and return once each of them has succeeded: every function has then an environment that is
    warm, and a first call's seconds are not taken for the fault that comes next.

    Raises WaitTimedOut after `within_seconds`, stretched by the scene's patience.
    """
    before = set(scene.ledger.keys)
    sent = send(scene, count)
    keys = [key for key in scene.ledger.keys if key not in before]
    eventually(
        lambda: state_table.with_status(scene.target, keys, "SUCCEEDED"),
        within=within_seconds * scene.patience,
        until=lambda succeeded: succeeded == len(keys),
        what="the success of every order",
        hint="see what the worker says: lab logs worker",
    )
    return f"{sent}, all succeeded"


def send_all(
    scene: Scene,
    events: Sequence[Event],
    *,
    per_second: float | None = None,
    concurrency: int = 8,
    least_accepted: int | None = None,
) -> str:
    """The same with given events. Once one gets no answer, the rest is not sent."""
    api, count = Api.of(scene.target, connections=concurrency), len(events)
    began, before = time.monotonic(), len(scene.ledger.accepted)

    def post(numbered: tuple[int, Event]) -> ApiAnswer:
        number, event = numbered
        if per_second is not None:
            time.sleep(max(0.0, began + number / per_second - time.monotonic()))
        return _post(api, scene, event)

    unsent = post_until_unanswered(post, enumerate(events), concurrency).count(None)
    accepted = len(scene.ledger.accepted) - before
    if accepted < (count if least_accepted is None else least_accepted):
        others = f"other answers: {scene.ledger.refused}"
        if unsent:
            others = f"it stopped answering, and {unsent} were not sent"
        raise NotCarriedOut(
            f"the API accepted {accepted} of {count} events; {others}",
            hint="lab status" if unsent else "see what ingest says: lab logs ingest",
        )
    return f"{accepted} of {count} accepted"


def _post(api: Api, scene: Scene, event: Event) -> ApiAnswer:
    sent_at = time.time()
    answer = api.post_event(event.body, event.key)
    if answer.status == _ACCEPTED:
        scene.ledger.accept(str(answer.body["idempotencyKey"]), sent_at, time.time())
    else:
        scene.ledger.refuse(answer.status)
    return answer
