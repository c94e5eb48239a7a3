"""Traffic: events that are sent through the API, each accounted for."""

import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from functions.ingestion.identity import KEY_RULE, is_valid_key
from ops.lab.app.api import Api, ApiAnswer
from ops.lab.app.state_table import Item, read_items
from ops.lab.app.target import Target
from ops.lab.errors import Refused

Posting = TypeVar("Posting")


@dataclass(frozen=True)
class Event:
    """An order under the idempotency key that it is sent with."""

    key: str
    body: dict[str, Any]


@dataclass(frozen=True)
class Sent:
    """What was sent and answered; `before` is the table's state of those keys when sending began.

    `started` is a reading of time.monotonic(); `seconds` until the last answer. `unsent` events were not
    begun any more, since the API had stopped answering.
    """

    events: Sequence[Event]
    answers: Sequence[ApiAnswer]
    before: dict[str, Item]
    started: float
    seconds: float
    unsent: int = 0

    @property
    def planned(self) -> int:
        """How many events were to be sent."""
        return len(self.events) + self.unsent

    @property
    def unanswered(self) -> list[ApiAnswer]:
        """The events that got no answer: the API may have accepted them all the same."""
        return [answer for answer in self.answers if not answer.came]

    @property
    def accepted_keys(self) -> list[str]:
        """The key of each accepted event, as the API answered it: ingest may have changed it."""
        pairs = zip(self.events, self.answers, strict=True)
        return [
            str(answer.body.get("idempotencyKey", event.key)) for event, answer in pairs if answer.accepted
        ]

    @property
    def statuses(self) -> dict[str, int]:
        """How often each HTTP status was answered; "no answer" where none came."""
        return dict(Counter(str(answer.status or "no answer") for answer in self.answers))

    @property
    def first_problem(self) -> str | None:
        """What the API said about the first event that it did not accept."""
        problems = (answer for answer in self.answers if not answer.accepted)
        return next((problem.told for problem in problems), None)


def check_run_name(run: str, count: int) -> None:
    """Raise Refused where a run of this name has an event whose key the API would refuse."""
    if not (run and is_valid_key(_key(run, count))):
        raise Refused(
            f"--run {run!r} cannot begin an idempotency key",
            hint=f"the name and a number make each key, of {KEY_RULE}: --run my-run",
        )


def new_run_name() -> str:
    return f"run-{secrets.token_hex(4)}"


def events_of_run(run: str, count: int) -> list[Event]:
    """The first `count` events of a run. The same name gives the same keys and bodies, every time."""
    return [order(_key(run, number), number) for number in range(1, count + 1)]


def _key(run: str, number: int) -> str:
    return f"{run}-{number:06d}"


def order(key: str, number: int = 1) -> Event:
    """A valid order; its amount follows from `number`."""
    return Event(key, {"orderId": key, "amount": 10 + number % 90 + 0.5})


def send_events(
    target: Target,
    count: int = 1,
    *,
    run: str | None = None,
    keys: Sequence[str] | None = None,
    concurrency: int = 8,
    on_answer: Callable[[ApiAnswer], None] = lambda _answer: None,
) -> Sent:
    """Post `count` events of `run` (a new one by default), or one event for each of `keys`.

    Reads the table first, so that what had succeeded before can be told from what this run achieves. Once one
    gets no answer, the rest is not sent.
    """
    events = [order(key) for key in keys] if keys is not None else events_of_run(run or new_run_name(), count)
    before = read_items(target, [event.key for event in events])
    api = Api.of(target, connections=concurrency)

    def post(event: Event) -> ApiAnswer:
        answer = api.post_event(event.body, event.key)
        on_answer(answer)
        return answer

    started = time.monotonic()
    pairs = list(zip(events, post_until_unanswered(post, events, concurrency), strict=True))
    begun = [(event, answer) for event, answer in pairs if answer is not None]
    return Sent(
        events=[event for event, _ in begun],
        answers=[answer for _, answer in begun],
        before=before,
        started=started,
        seconds=round(time.monotonic() - started, 3),
        unsent=len(events) - len(begun),
    )


def post_until_unanswered(
    post: Callable[[Posting], ApiAnswer],
    postings: Iterable[Posting],
    concurrency: int,
    *,
    awaits_turn: Callable[[Posting], bool] = lambda _: True,
) -> list[ApiAnswer | None]:
    """Post each over `concurrency` threads; once one gets no answer, begin no other.

    None stands for those that were not begun. `post` has tried again by then: an API that is gone would cost
    each of them the same seconds. `awaits_turn` may wait before a posting, and says whether it is begun.
    """
    gone = threading.Event()

    def begin(posting: Posting) -> ApiAnswer | None:
        if gone.is_set() or not awaits_turn(posting) or gone.is_set():
            return None
        answer = post(posting)
        if not answer.came:
            gone.set()
        return answer

    with ThreadPoolExecutor(concurrency) as senders:
        try:
            return list(senders.map(begin, postings))
        except BaseException:
            # Ctrl-C while thousands are being handed over: the pool would post all that it has got by then.
            gone.set()
            raise
