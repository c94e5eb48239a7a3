"""Plan of a bring-up: what `lab up` is given, on top of what the lab that is up was given before."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ops.lab.app.alarm_speed import VARIABLE
from ops.lab.app.permission_mode import PermissionMode
from ops.lab.deployment.app_sources import fingerprint
from ops.lab.local.ports import DEFAULT_PORT
from ops.lab.local.running_lab import RunningLab
from ops.lab.repository import REPOSITORY

# A new lab that is given nothing else: short clocks, and someone to page, so that a first failure is seen to
# its end. The address is nobody's (RFC 2606, section 3); its mail stays in LocalStack.
FIRST_ENV = "lab"
FIRST_CONTEXT = {"envName": FIRST_ENV, "alarmEmail": "on-call@example.com"}
FIRST_SPEED = 20.0


@dataclass(frozen=True)
class Plan:
    """What is to be up: the app with this context, on this port, with alarms that pass so fast.

    A `speed` or `permissions` of None leaves a running emulator's as it is. `discards` says why the lab that
    is up cannot become that, and has to be stopped with all that it holds; it is empty where nothing is lost.
    `replaces` says of a lab that died what this one takes over, and what is lost.
    """

    port: int
    context: dict[str, str]
    speed: float | None = None
    discards: str = ""
    permissions: PermissionMode | None = None
    replaces: str = ""

    @property
    def env_name(self) -> str:
        return self.context["envName"]

    @cached_property
    def fingerprint(self) -> str:
        """Taken once, so that a source edited meanwhile is seen as changed by the next `lab up`."""
        return fingerprint(REPOSITORY, self.context)


def plan_for(
    lab: RunningLab | None,
    given: Mapping[str, str],
    *,
    died: RunningLab | None = None,
    port: int | None = None,
    speed: float | None = None,
    permissions: PermissionMode | None = None,
    fresh: bool = False,
    answers: bool = True,
    environ: Mapping[str, str] = os.environ,
) -> Plan:
    """The plan for a lab that is up, or for a new one where `lab` is None.

    What it was given before holds, but for the settings that are `given` now; one given as "" takes its
    default again. `fresh` asks for a new lab, and `answers` says whether LocalStack does. A lab that `died`
    hands its port and its settings on, unless a fresh one or another envName is asked for.
    """
    reason = _reason_to_discard(lab, given, port, fresh=fresh, answers=answers)
    kept = lab if lab is not None and lab.context and not reason else None
    heir_of = died if lab is None and not fresh and died is not None and _goes_on(died, given) else None
    before = kept or heir_of
    context = first_context(given) if before is None else _merged(before.context, given)
    if kept is None and speed is None and context["envName"] == FIRST_ENV and not environ.get(VARIABLE):
        speed = FIRST_SPEED
    last = lab or heir_of
    return Plan(
        port=port or (DEFAULT_PORT if last is None else last.port),
        context=context,
        speed=speed,
        discards=reason,
        permissions=permissions,
        replaces="" if heir_of is None else _inheritance(heir_of),
    )


def _goes_on(died: RunningLab, given: Mapping[str, str]) -> bool:
    """Whether it had the app, and no other environment is asked for."""
    return bool(died.context) and given.get("envName", died.env_name) == died.env_name


def _inheritance(died: RunningLab) -> str:
    return (
        f"LocalStack (process {died.pid}) had died, or was killed, and its table and queues with it:"
        " a new lab starts with its port and its settings"
    )


def first_context(given: Mapping[str, str]) -> dict[str, str]:
    """The context of a new lab. Another envName has its own defaults, as with `cdk deploy`."""
    if given.get("envName", FIRST_ENV) == FIRST_ENV:
        return _merged(FIRST_CONTEXT, given)
    return _merged({}, given)


def _merged(before: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in {**before, **given}.items() if value or key == "envName"}


def _reason_to_discard(
    lab: RunningLab | None, given: Mapping[str, str], port: int | None, *, fresh: bool, answers: bool
) -> str:
    """Why the lab that is up cannot be kept; empty where it can, or where there is nothing to keep."""
    if lab is None or not lab.context:
        return ""
    before = lab.context["envName"]
    if fresh:
        return "a fresh lab was asked for"
    if given.get("envName", before) != before:
        # Two environments would both create the failure mode's parameter, whose name is fixed.
        return f"the lab that is up has envName={before}, which no deployment changes"
    if port not in (None, lab.port):
        return f"the lab that is up is on port {lab.port}, which only a restart changes"
    if not answers:
        return f"the lab that is up (process {lab.pid}, port {lab.port}) is not whole or does not answer"
    return ""
