"""Comparison of two runs of drills: verdicts, counts, and when each check was met, side by side."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ops.lab.drills.journal import CheckRecord, DrillJournal, Phase

Pair = tuple[Any, Any]


@dataclass(frozen=True)
class ComparedCheck:
    """One check in both runs; None where a run did not come to it. Its seconds are those of its phase."""

    phase: Phase
    title: str
    seen: tuple[CheckRecord | None, CheckRecord | None]


@dataclass(frozen=True)
class Comparison:
    """Two journals. Each property has the first one's value and then the second one's."""

    one: DrillJournal
    other: DrillJournal

    @property
    def verdict(self) -> Pair:
        return self.one.verdict.value, self.other.verdict.value

    @property
    def reason(self) -> Pair:
        return self.one.reason, self.other.reason

    @property
    def seconds(self) -> Pair:
        """How long the drills took."""
        return self.one.seconds, self.other.seconds

    @property
    def counts(self) -> dict[str, Pair]:
        """The numbers of the proof, and other answers by status; None where one has no such number."""
        return _pairs(_counts(self.one), _counts(self.other))

    @property
    def environment(self) -> dict[str, Pair]:
        """Where they ran, and whether the repair was left out: only what differs."""
        one, other = (each.environment | _special(each) for each in (self.one, self.other))
        return {name: pair for name, pair in _pairs(one, other).items() if pair[0] != pair[1]}

    @property
    def checks(self) -> list[ComparedCheck]:
        """Every check of either run, in the order of the phases and of the first run."""
        one, other = _numbered(self.one.checks), _numbered(self.other.checks)
        order = list(Phase)
        keys = sorted(dict.fromkeys([*one, *other]), key=lambda key: order.index(key[0]))
        return [ComparedCheck(key[0], key[1], (one.get(key), other.get(key))) for key in keys]

    def as_dict(self) -> dict[str, Any]:
        """What a program reads: pairs are lists."""
        return {
            "drills": [self.one.drill, self.other.drill],
            "verdict": list(self.verdict),
            "reason": list(self.reason),
            "seconds": list(self.seconds),
            "environment": {name: list(pair) for name, pair in self.environment.items()},
            "counts": {name: list(pair) for name, pair in self.counts.items()},
            "checks": [
                {
                    "phase": each.phase.value,
                    "title": each.title,
                    "seen": [_seen(record) for record in each.seen],
                }
                for each in self.checks
            ],
        }


def _counts(journal: DrillJournal) -> dict[str, int]:
    refused = {f"answered {status or 'nothing'}": count for status, count in journal.refused.items()}
    return (journal.proof or {"accepted": len(journal.ledger)}) | refused


def _special(journal: DrillJournal) -> dict[str, str]:
    return {"drill": journal.drill} | ({"repair": "left out"} if journal.repair_left_out else {})


def _pairs(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Pair]:
    return {name: (one.get(name), other.get(name)) for name in dict.fromkeys([*one, *other])}


def _numbered(records: Iterable[CheckRecord]) -> dict[tuple[Phase, str, int], CheckRecord]:
    """By phase, title, and which of that title it is."""
    found: dict[tuple[Phase, str, int], CheckRecord] = {}
    for record in records:
        number = sum(key[:2] == (record.phase, record.title) for key in found)
        found[record.phase, record.title, number] = record
    return found


def _seen(record: CheckRecord | None) -> dict[str, Any] | None:
    if record is None:
        return None
    return {
        "met": record.met,
        "value": record.value,
        "expected": record.expected,
        "seconds": record.seconds,
        "within_seconds": record.within_seconds,
    }
