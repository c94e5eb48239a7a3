"""Faults to put into redrive jobs."""

from collections.abc import Iterable
from typing import Any

import pytest

from functions.common import batch_sending
from functions.common.batch_sending import BatchOutcome
from functions.redrive.dead_letters import IngestionDeadLetter
from functions.redrive.dlq_scan import DlqScan
from functions.redrive.job import StopReason
from functions.redrive_runner.job_lease import JobLease
from functions.redrive_runner.letter_moves import Destination, Outgoing
from functions.redrive_runner.parking import Parking
from functions.redrive_runner.redrive_run import RedriveRun


def delete_before_send(patch: pytest.MonkeyPatch) -> None:
    deal_with = RedriveRun._deal_with

    def hasty(self: RedriveRun, letters: list[IngestionDeadLetter], wanted: int) -> Any:
        self.removal.remove(letters[:wanted])
        return deal_with(self, letters, wanted)

    patch.setattr(RedriveRun, "_deal_with", hasty)


def one_confirmed_batch_stands_for_its_round(patch: pytest.MonkeyPatch) -> None:
    deal_with, removed = RedriveRun._deal_with, RedriveRun._removed

    def remembering(self: RedriveRun, letters: list[IngestionDeadLetter], wanted: int) -> Any:
        self.letters_of_the_round = letters  # type: ignore[attr-defined]
        return deal_with(self, letters, wanted)

    def generous(self: RedriveRun, *move: Any) -> Any:
        self.removal.remove(self.letters_of_the_round)  # type: ignore[attr-defined]
        return removed(self, *move)

    patch.setattr(RedriveRun, "_deal_with", remembering)
    patch.setattr(RedriveRun, "_removed", generous)


def unconfirmed_counts_as_sent(patch: pytest.MonkeyPatch) -> None:
    send = Destination.send

    def trusting(self: Destination, copies: Iterable[Outgoing]) -> BatchOutcome[IngestionDeadLetter]:
        copies = list(copies)
        send(self, copies)
        return BatchOutcome([copy.letter for copy in copies], [], None)

    patch.setattr(Destination, "send", trusting)


def beside_a_refused_one_all_count_as_sent(patch: pytest.MonkeyPatch) -> None:
    send = batch_sending._send

    def trusting(sqs: Any, url: str, batch: Any, sent: BatchOutcome[Any]) -> None:
        send(sqs, url, batch, sent)
        if sent.refused:
            sent.confirmed, sent.refused = [message for message, _ in batch], []

    patch.setattr(batch_sending, "_send", trusting)


def progress_before_work(patch: pytest.MonkeyPatch) -> None:
    deal_with = RedriveRun._deal_with

    def boastful(self: RedriveRun, letters: list[IngestionDeadLetter], wanted: int) -> Any:
        claimed = type(self.counts)(moved=len(letters[:wanted]))
        self.lease.report(self.counts + claimed)
        return deal_with(self, letters, wanted)

    patch.setattr(RedriveRun, "_deal_with", boastful)


def what_is_not_handed_out_is_not_there(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(DlqScan, "_what_is_left", lambda _: StopReason.DRAINED)


def parking_is_not_recorded(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Parking, "_record", lambda *_: None)


def lease_outlives_its_runner(patch: pytest.MonkeyPatch) -> None:
    update = JobLease._update

    def endless(self: JobLease, values: Any, condition: str, operands: Any, lease_seconds: float = 0) -> Any:
        return update(self, values, condition, operands, lease_seconds=10**9)

    patch.setattr(JobLease, "_update", endless)
