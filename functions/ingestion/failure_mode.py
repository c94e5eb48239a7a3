"""Failure mode: what breaks the pipeline on purpose, declared. Standard library only: `lab` imports this."""

from enum import StrEnum
from typing import Self


class FailureMode(StrEnum):
    """A mode's declaration: its name, what happens in it, and the functions that notice it.

    The functions' own code honours it where they would really fail: `publish.publisher`,
    `processor.processing` and `processor.downstream`. Nothing that they log, store or announce names it.
    """

    meaning: str
    # By the names of the app: which of them are deployed depends on the topology.
    noticed_by: tuple[str, ...]

    def __new__(cls, name: str, meaning: str = "", *noticed_by: str) -> Self:
        mode = str.__new__(cls, name)
        mode._value_ = name
        mode.meaning = meaning
        mode.noticed_by = noticed_by
        return mode

    NONE = "none", "events succeed"
    POISON_PAYLOAD = (
        "poison_payload",
        "the worker raises SchemaValidationError: retries, then the DLQ",
        *("worker", "processor"),
    )
    SLOW_DOWNSTREAM = (
        "slow_downstream",
        "the worker outlasts its timeout and is killed; messages reappear after their visibility timeout",
        *("worker", "processor"),
    )
    RANDOM_FAIL_P30 = (
        "random_fail_p30",
        "three in ten records fail; the partial batch response spares the others",
        *("worker", "processor"),
    )
    DUPLICATE_SUBMIT = (
        "duplicate_submit",
        "ingest queues every event twice under one key; it is processed once",
        *("ingest", "publish"),
    )
    DOWNSTREAM_OUTAGE = (
        "downstream_outage",
        "every record fails until healed; after three the downstream's circuit opens, and they fail at once",
        *("worker", "processor"),
    )
