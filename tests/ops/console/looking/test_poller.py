"""One look for all pages, and word of it to each: also when the lab goes away and comes back."""

import asyncio
import json
import threading
import time
from dataclasses import replace
from itertools import count

import pytest
from botocore.exceptions import EndpointConnectionError

from ops.lab.app.target import Target
from ops.lab.console.looking.observation import Observation
from ops.lab.console.looking.poller import Poller, PollingPace
from ops.lab.console.looking.target_link import TargetLink
from ops.lab.console.serving.feed import events_of
from ops.lab.errors import NotUp
from ops.lab.waiting import eventually

QUICK = PollingPace(watched=0.01, unwatched=0.02, stacks=3600, failed=0.02)
SELDOM = PollingPace(watched=0.01, unwatched=3600, stacks=3600, failed=3600)


class Account:
    """What the looks see; `gone` is raised instead, where it is set."""

    def __init__(self) -> None:
        self.seen = Observation(at=1.0, failure_mode="none")
        self.gone: Exception | None = None
        self.found = 0
        self.target = Target.running("http://127.0.0.1:9")

    def find(self) -> Target:
        self.found += 1
        return self.target

    def look(self, _: Target) -> Observation:
        if self.gone is not None:
            raise self.gone
        return self.seen


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Account:
    monkeypatch.setattr(TargetLink, "notice_deployment", lambda _: False)
    return Account()


def poller_of(account: Account, pace: PollingPace = QUICK) -> Poller:
    return Poller(TargetLink(account.find), pace, account.look)


def test_a_fault_of_its_own_is_told_and_does_not_end_it(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    account.gone = KeyError("unforeseen")
    with poller_of(account) as poller:
        eventually(lambda: "KeyError" in poller.latest.problem, within=10, what="the problem")
        account.gone = None
        eventually(lambda: poller.latest.at == 1.0, within=10, what="the look after it")
    assert "unforeseen" in capsys.readouterr().err


def test_what_was_seen_stays_when_the_lab_is_gone_and_the_poller_goes_on(account: Account) -> None:
    with poller_of(account) as poller:
        eventually(lambda: poller.latest.at == 1.0, within=10, what="the first look")
        account.gone = EndpointConnectionError(endpoint_url="http://127.0.0.1:9")
        eventually(lambda: poller.latest.problem, within=10, what="the problem")
        assert poller.latest.failure_mode == "none"
        account.gone = NotUp("the lab is not up", hint="start it: lab up")
        eventually(lambda: poller.latest.hint == "start it: lab up", within=10, what="the hint")
        account.gone, account.seen = None, replace(account.seen, at=2.0)
        eventually(lambda: poller.latest.at == 2.0, within=10, what="the look after it")
        assert poller.latest.problem == ""


def test_a_target_that_failed_is_found_anew(account: Account) -> None:
    account.gone = EndpointConnectionError(endpoint_url="http://127.0.0.1:9")
    with poller_of(account):
        eventually(lambda: account.found >= 3, within=10, what="three looks for the target")


def test_who_begins_to_listen_does_not_wait_for_the_slow_pace(account: Account) -> None:
    with poller_of(account, SELDOM) as poller:
        eventually(lambda: poller.looks == 1, within=10, what="the first look")
        with poller.listening(lambda: None):
            eventually(lambda: poller.looks >= 5, within=10, what="looks at the pace of a watched page")
        assert poller.watchers == 0


def test_a_page_that_is_opened_after_a_while_shows_a_look_of_now(account: Account) -> None:
    with poller_of(account, SELDOM) as poller:
        eventually(lambda: poller.looks == 1, within=10, what="the first look")
        account.seen = replace(account.seen, at=2.0)
        eventually(lambda: poller.current().at == 2.0, within=10, what="a look once the first one is late")


def test_a_page_waits_for_no_look_while_the_last_one_will_do(account: Account) -> None:
    with poller_of(account, replace(SELDOM, watched=3600)) as poller:
        eventually(lambda: poller.looks == 1, within=10, what="the first look")
        account.seen = replace(account.seen, at=2.0)
        assert poller.current().at == 1.0


def test_a_page_has_what_was_seen_before_where_the_target_does_not_answer(account: Account) -> None:
    answers = threading.Event()

    def look(_: Target) -> Observation:
        if poller.looks:
            assert answers.wait(60)
        return replace(account.seen, at=poller.looks + 1.0)

    poller = Poller(TargetLink(account.find), SELDOM, look)
    with poller:
        eventually(lambda: poller.looks == 1, within=10, what="the first look")
        with poller.listening(lambda: None):  # the second look begins, and hangs
            assert poller.current().at == 1.0
            answers.set()
            eventually(lambda: poller.current().at > 1.0, within=10, what="its answer")


def test_a_change_is_looked_at_at_once(account: Account) -> None:
    with poller_of(account, SELDOM) as poller:
        eventually(lambda: poller.looks == 1, within=10, what="the first look")
        poller.look_now()
        eventually(lambda: poller.looks == 2, within=10, what="the second")


def test_looks_that_cost_much_are_rarer(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each costs what would be a year of pauses; the first few are not reckoned with."""
    spent = count()
    monkeypatch.setattr(time, "thread_time", lambda: next(spent) * 400_000.0)
    with poller_of(account) as poller:
        eventually(lambda: poller.looks == 5, within=10, what="the looks that are not reckoned with")
        eventually(lambda: poller.pause > 1e7, within=10, what="the long pause")
        poller.look_now()
        eventually(lambda: poller.looks == 6, within=10, what="the look that somebody wants")


def test_a_page_hears_of_each_look_and_leaves_nothing_behind(account: Account) -> None:
    async def hear(poller: Poller) -> list[int]:
        events = events_of(poller)
        heard = [await anext(events) for _ in range(3)]
        assert poller.watchers == 1
        await events.aclose()
        return [json.loads(text.split("data: ")[1])["look"] for text in heard]

    with poller_of(account, SELDOM) as poller:
        looks = asyncio.run(hear(poller))
        assert looks == sorted(looks)
        assert poller.watchers == 0
