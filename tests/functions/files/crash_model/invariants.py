"""What must hold once a file has succeeded, whatever died on the way. Each check yields one line for each
violation."""

from collections.abc import Iterator, Sequence

from functions.files.rounds.task import Task
from tests.functions.files.crash_model.world import FileWorld


def violations(
    world: FileWorld, task: Task, rows: int, rejected: Sequence[int], *, undisturbed: bool
) -> list[str]:
    """`undisturbed`: nothing went wrong in this run, so nothing may look as if it had."""
    found = [
        *_miscounted(world, task, rows, rejected),
        *_lost_rows(world, rows, rejected),
        *_unrecorded_repeats(world, task, rows, rejected),
        *_wrong_rejects(world, task, rejected),
    ]
    return found + (list(_traces(world, task)) if undisturbed else [])


def _miscounted(world: FileWorld, task: Task, rows: int, rejected: Sequence[int]) -> Iterator[str]:
    """The checkpoint counts each row once."""
    checkpoint = world.checkpoint(task)
    counted = {name: checkpoint[name] for name in ("status", "nextRow", "rowsDelivered", "rowsRejected")}
    expected = {
        "status": "SUCCEEDED",
        "nextRow": rows + 1,
        "rowsDelivered": rows - len(rejected),
        "rowsRejected": len(rejected),
    }
    if counted != expected:
        yield f"the checkpoint says {counted} instead of {expected}"


def _lost_rows(world: FileWorld, rows: int, rejected: Sequence[int]) -> Iterator[str]:
    """The API took every good row, and no bad one."""
    for row in range(1, rows + 1):
        taken = world.api.taken[f"o{row}"]
        if row in rejected and taken:
            yield f"row {row} was rejected, and taken by the API"
        if row not in rejected and not taken:
            yield f"row {row} was never taken by the API"


def _unrecorded_repeats(world: FileWorld, task: Task, rows: int, rejected: Sequence[int]) -> Iterator[str]:
    """What the API took twice lies in a batch that says so, and the sum is in the checkpoint."""
    repeats = 0
    for row in range(1, rows + 1):
        again = max(0, world.api.taken[f"o{row}"] - 1)
        repeats += again
        recorded = sum(
            batch["repeated"] > 0
            for batch in world.batches(task)
            if batch["firstRow"] <= row <= batch["lastRow"]
        )
        if again > recorded:
            yield f"row {row} was repeated {again} times, which {recorded} batches tell of"
    if repeats > world.checkpoint(task)["rowsRepeated"]:
        yield f"{repeats} repeats, and the checkpoint tells of {world.checkpoint(task)['rowsRepeated']}"


def _wrong_rejects(world: FileWorld, task: Task, rejected: Sequence[int]) -> Iterator[str]:
    """Each rejected row is there once, in order."""
    if world.rejected_rows(task) != list(rejected):
        yield f"the rejects are rows {world.rejected_rows(task)} instead of {list(rejected)}"


def _traces(world: FileWorld, task: Task) -> Iterator[str]:
    """Nothing is left of a run in which nothing happened but success."""
    states = {batch["state"] for batch in world.batches(task)}
    if states != {"DELIVERED"}:
        yield f"batches are {states}"
    if world.checkpoint(task)["rowsRepeated"]:
        yield "rows count as repeated"
    if world.names("rejects/.parts/"):
        yield f"parts are left: {world.names('rejects/.parts/')}"
