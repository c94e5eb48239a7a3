"""When a queue is read anew, and when what was seen will do."""

import threading

import pytest

from ops.lab.app.queue_depth import QueueDepth
from ops.lab.console.letters.letter_scan import LetterQueue, LetterScan
from ops.lab.console.letters.letter_scans import LetterScans
from ops.lab.errors import NotUp
from ops.lab.waiting import eventually

DLQ = LetterQueue.DLQ
TEN, ELEVEN = QueueDepth(10, 0, 0), QueueDepth(11, 0, 0)


class Emulator:
    """Counts the scans; each takes `seconds`, as far as it tells."""

    def __init__(self) -> None:
        self.at = 1000.0
        self.seconds = 0.0
        self.count = 0
        self.fails = False

    def scan(self, queue: LetterQueue, before: LetterScan | None) -> LetterScan:
        if self.fails:
            raise NotUp("gone")
        self.count += 1
        return LetterScan(queue, (), at=self.at, items_at=self.at, seconds=self.seconds)


@pytest.fixture
def emulator() -> Emulator:
    return Emulator()


@pytest.fixture
def scans(emulator: Emulator) -> LetterScans:
    return LetterScans(emulator.scan, now=lambda: emulator.at)


def settled(scans: LetterScans) -> None:
    eventually(lambda: not scans._kept[DLQ].at_work, within=30, every=0.001)


def test_all_who_ask_at_once_share_one(scans: LetterScans, emulator: Emulator) -> None:
    first = scans.latest(DLQ, TEN)
    assert all(scans.latest(DLQ, TEN) is first for _ in range(10))
    assert emulator.count == 1


@pytest.mark.parametrize(
    ("later", "depth", "seconds", "count"),
    [
        (0.9, ELEVEN, 0.0, 1),
        (1.1, ELEVEN, 0.0, 2),
        (29.0, TEN, 0.0, 1),
        (30.1, TEN, 0.0, 2),
        (11.0, ELEVEN, 0.3, 1),  # at most a fortieth of its time
        (12.1, ELEVEN, 0.3, 2),
    ],
)
def test_is_read_anew_behind_the_one_that_is_shown(
    scans: LetterScans, emulator: Emulator, later: float, depth: QueueDepth, seconds: float, count: int
) -> None:
    emulator.seconds = seconds
    first = scans.latest(DLQ, TEN)
    emulator.at += later
    assert scans.latest(DLQ, depth) is first
    settled(scans)
    assert emulator.count == count
    assert (scans.latest(DLQ, depth) is first) is (count == 1)


def test_what_was_changed_is_read_at_once(scans: LetterScans, emulator: Emulator) -> None:
    first = scans.latest(DLQ, TEN)
    scans.forget()
    assert scans.latest(DLQ, TEN) is not first


def test_a_scan_that_fails_leaves_the_one_before(scans: LetterScans, emulator: Emulator) -> None:
    first = scans.latest(DLQ, TEN)
    emulator.fails = True
    emulator.at += 60
    assert scans.latest(DLQ, TEN) is first
    settled(scans)
    assert scans.kept(DLQ) is first
    scans.forget()
    with pytest.raises(NotUp):
        scans.latest(DLQ, TEN)


def test_a_slow_scan_keeps_nobody_waiting(emulator: Emulator) -> None:
    release, began = threading.Event(), threading.Event()

    def slow(queue: LetterQueue, before: LetterScan | None) -> LetterScan:
        if before is not None:
            began.set()
            release.wait(30)
        return emulator.scan(queue, before)

    scans = LetterScans(slow, now=lambda: emulator.at)
    first = scans.latest(DLQ, TEN)
    emulator.at += 60
    scans.latest(DLQ, TEN)
    assert began.wait(30)
    assert scans.latest(DLQ, TEN) is first
    release.set()
    settled(scans)
    assert scans.latest(DLQ, TEN) is not first
