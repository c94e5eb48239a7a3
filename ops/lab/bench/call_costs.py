"""Costs of single calls: each kind many times in a row, one contender after the other."""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from ops.lab.bench.call_kinds import CallGround, CallKind
from ops.lab.bench.contender import Contender
from ops.lab.progress import ProgressSteps
from ops.lab.report.latencies import Latencies

SCHEMA = 1
_MS = 1000
# Not measured: the first calls of a kind load what it needs.
_WARMING = 10


@dataclass(frozen=True)
class CallCost:
    """One kind of call: milliseconds of the processor in the emulator and in its functions, for each call,
    and how long one takes as its caller sees it.
    """

    contender: str
    kind: str
    calls: int
    emulator_cpu_ms: float
    functions_cpu_ms: float
    wall_ms: Latencies


def measure_calls(contenders: Sequence[Contender], calls: int, steps: ProgressSteps) -> list[CallCost]:
    """Make so many calls of each kind, one after another over one connection.

    Raises CommandError or ClientError where a call is refused.
    """
    grounds = [CallGround.prepared(contender) for contender in contenders]
    costs = []
    for kinds in zip(*(ground.kinds for ground in grounds), strict=True):
        with steps.step(kinds[0].name) as step:
            found = [_cost(contender, kind, calls) for contender, kind in zip(contenders, kinds, strict=True)]
            step.now(", ".join(f"{cost.emulator_cpu_ms:.2f} ms CPU" for cost in found))
            costs += found
    return costs


def as_document(costs: Sequence[CallCost]) -> dict[str, Any]:
    """What is printed as JSON."""
    return {"schema": SCHEMA, "calls": [asdict(cost) for cost in costs]}


def _cost(contender: Contender, kind: CallKind, calls: int) -> CallCost:
    for number in range(_WARMING):
        kind.call(number)
    seconds, before = [], contender.cpu
    for number in range(_WARMING, _WARMING + calls):
        began = time.perf_counter()
        kind.call(number)
        seconds.append(time.perf_counter() - began)
    used = contender.cpu.since(before)
    return CallCost(
        contender=contender.name,
        kind=kind.name,
        calls=calls,
        emulator_cpu_ms=round(used.emulator / calls * _MS, 2),
        functions_cpu_ms=round(used.functions / calls * _MS, 2),
        wall_ms=Latencies.of(seconds),
    )
