"""Faults to put into redrive jobs."""

from collections.abc import Iterable
from typing import Any

import pytest

from functions.redrive.dead_letter import DeadLetter
from functions.redrive_runner.lease import Lease
from functions.redrive_runner.outgoing import Destination, Outgoing
from functions.redrive_runner.parking import Parking
from functions.redrive_runner.run import Run


def delete_before_send(patch: pytest.MonkeyPatch) -> None:
    deal_with = Run._deal_with

    def hasty(self: Run, letters: list[DeadLetter], wanted: int) -> Any:
        self.removal.remove(letters[:wanted])
        return deal_with(self, letters, wanted)

    patch.setattr(Run, "_deal_with", hasty)


def unconfirmed_counts_as_sent(patch: pytest.MonkeyPatch) -> None:
    send = Destination.send

    def trusting(self: Destination, copies: Iterable[Outgoing]) -> list[DeadLetter]:
        copies = list(copies)
        send(self, copies)
        return [copy.letter for copy in copies]

    patch.setattr(Destination, "send", trusting)


def progress_before_work(patch: pytest.MonkeyPatch) -> None:
    deal_with = Run._deal_with

    def boastful(self: Run, letters: list[DeadLetter], wanted: int) -> Any:
        claimed = type(self.counts)(moved=len(letters[:wanted]))
        self.lease.report(self.counts + claimed)
        return deal_with(self, letters, wanted)

    patch.setattr(Run, "_deal_with", boastful)


def parking_is_not_recorded(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Parking, "_record", lambda *_: None)


def lease_outlives_its_runner(patch: pytest.MonkeyPatch) -> None:
    update = Lease._update

    def endless(self: Lease, values: Any, condition: str, operands: Any, lease_seconds: float = 0) -> Any:
        return update(self, values, condition, operands, lease_seconds=10**9)

    patch.setattr(Lease, "_update", endless)
