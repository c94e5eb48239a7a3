"""Both of two incidents at once, as one: broken together, and over when nothing of either is left."""

from dataclasses import replace
from itertools import chain

from ops.lab.drills.declaration import Proof
from ops.lab.incidents.declaration import Incident, IncidentRepair, Ticket

_LEVEL = 3


def both(first: Incident, second: Incident, *, name: str, title: str, ticket: Ticket) -> Incident:
    """An incident of the same pipeline that has the causes of both, and the first one's traffic.

    A way that heals is one of the first, and then one of the second: the experts' together, and the others
    together. Raises ValueError for incidents of two pipelines.
    """
    if first.pipeline is not second.pipeline:
        raise ValueError(f"{name}: {first.name} and {second.name} are of two pipelines")
    return replace(
        first,
        name=name,
        title=title,
        level=_LEVEL,
        ticket=ticket,
        cause=f"First: {first.cause} Second: {second.cause}",
        breaks=first.breaks + second.breaks,
        repairs=tuple(
            IncidentRepair(
                f"{one.title}; {other.title[0].lower()}{other.title[1:]}",
                one.commands + other.commands,
                one.steps + other.steps,
            )
            for one, other in zip(first.repairs, second.repairs, strict=False)
        ),
        hints=(
            "There may be more than one thing wrong: what is left once the first is repaired?",
            *chain.from_iterable(zip(first.hints, second.hints, strict=False)),
        ),
        health=first.health + second.health,
        proof=_sum(first.proof, second.proof),
    )


def _sum(first: Proof, second: Proof) -> Proof:
    return Proof(
        within_seconds=first.within_seconds + second.within_seconds,
        parked=first.parked + second.parked,
        dead_letters=first.dead_letters + second.dead_letters,
    )
