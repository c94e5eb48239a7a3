"""What a drill is: data. `ops.lab.drills.run` carries it out.

    hypothesis   the steady state, checked before and after
    method       inject the fault, send the load
    observations what people and machines should notice, each within so many seconds
    repair       what an operator does about it
    recovery     what should be seen once it is repaired
    proof        nothing lost, nothing twice
    rollback     always: every change is restored, the last one first

After Chaos Toolkit's experiment (hypothesis, method, rollbacks) and Jepsen's three-valued verdict.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from ops.lab.actions.change import Change
from ops.lab.drills.pipeline import Pipeline
from ops.lab.drills.proof import Proof
from ops.lab.drills.scene import Scene
from ops.lab.drills.tolerance import Tolerance, Value

# Long enough for an alarm that a previous drill raised to be OK again.
STEADY_WITHIN_SECONDS = 60.0


@dataclass(frozen=True)
class Check:
    """A probe and what it should answer, at the latest `within_seconds` after its phase began.

    What only the emulator shows, such as a delivered mail, is left out on AWS by `on_aws=False`.
    """

    title: str
    probe: Callable[[Scene], Value]
    tolerance: Tolerance
    within_seconds: float = STEADY_WITHIN_SECONDS
    hint: str = ""
    on_aws: bool = True


@dataclass(frozen=True)
class Step:
    """Something done to the pipeline.

    A change that it answers is restored at rollback; a text is what came of it, for the journal.
    """

    title: str
    act: Callable[[Scene], Change | str | None]


@dataclass(frozen=True)
class Drill:
    """`story` tells what pages whom, in one or two sentences. `minutes` is about how long it takes.

    `pipeline` is the one that it breaks: what is sampled, proved and cleaned up is that one's.
    """

    name: str
    title: str
    story: str
    minutes: float
    pipeline: Pipeline
    hypothesis: tuple[Check, ...]
    method: tuple[Step, ...]
    observations: tuple[Check, ...]
    repair: tuple[Step, ...]
    recovery: tuple[Check, ...] = ()
    proof: Proof = field(default_factory=Proof)
    rollback: tuple[Step, ...] = ()
