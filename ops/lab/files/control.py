"""What the control table says: who is at work, on how many files at a time, and under what pressure."""

from dataclasses import dataclass

from functions.files.rounds import concurrency, pressure
from functions.files.rounds.control_table import ControlTable
from functions.files.rounds.lock import read_lock
from ops.lab.app.target import Target


@dataclass(frozen=True)
class Control:
    """`owner` is the execution that holds the lock, by name; `pressure` is in seconds that every file waits
    besides. What nobody has set yet is None."""

    owner: str | None
    concurrency: int | None
    pressure: int
    error_rate: float
    latency_milliseconds: float


def control(target: Target) -> Control:
    """As it is now: three reads of one item each."""
    table = ControlTable(target.dynamodb, target.output("CsvControlTableName"))
    felt = table.read(pressure.PRESSURE)
    owner = read_lock(table).owner
    return Control(
        owner=owner.rpartition(":")[2] if owner else None,
        concurrency=table.read(concurrency.CONCURRENCY).get("current"),
        pressure=felt.get("level", 0),
        error_rate=felt.get("errorRate", 0.0),
        latency_milliseconds=felt.get("latencyMilliseconds", 0.0),
    )
