"""Report of permissions: what was denied, what is granted and was not used, what the lab cannot tell."""

from typing import Any

from lab_emulator.iam import mode
from lab_emulator.iam.call_record import CallRecord, RecordedCall
from lab_emulator.iam.evaluation.least_policy import least_policy
from lab_emulator.iam.role_grants import RoleHolder, grants, role_holders
from lab_emulator.iam.verdict import PermissionFinding


class NoSuchFunction(LookupError):
    """A name that no function and no state machine has."""


def report(record: CallRecord) -> dict[str, Any]:
    """The answer of `GET /_lab/iam`."""
    names = {holder.role_arn: holder.name for holder in role_holders()}
    calls = list(record)
    return {
        "mode": str(mode.current()),
        "calls": sum(call.count for call in calls),
        "dropped": record.dropped,
        "denied": [_line(call, names) for call in calls if call.verdict.finding is PermissionFinding.DENIED],
        "unused": _unused(calls),
        "not_evaluated": [
            _line(call, names) for call in calls if call.verdict.finding is PermissionFinding.NOT_EVALUATED
        ],
    }


def _line(call: RecordedCall, names: dict[str, str]) -> dict[str, Any]:
    return call.as_json() | {"name": names.get(call.caller, call.caller)}


def _unused(calls: list[RecordedCall]) -> list[dict[str, Any]]:
    return [
        {
            "name": holder.name,
            "principal": holder.role_arn,
            "action": grant.action,
            "resource": list(grant.resources),
        }
        for holder in role_holders()
        for grant in grants(holder)
        if not any(grant.covers(call) for call in calls)
    ]


def policy_of(record: CallRecord, name: str) -> dict[str, Any]:
    """The least policy that a function's calls need, denied ones included. Raises NoSuchFunction."""
    holder = _holder(name)
    seen = {
        (call.verdict.action, call.resource)
        for call in record
        if call.caller == holder.role_arn and call.verdict.finding is not PermissionFinding.NOT_EVALUATED
    }
    return {"name": holder.name, "role": holder.role_arn, "policy": least_policy(sorted(seen))}


def _holder(name: str) -> RoleHolder:
    """The one that is called so, or whose name alone has this part."""
    known = role_holders()
    exact = [holder for holder in known if holder.name == name]
    found = exact or [holder for holder in known if name.lower() in holder.name.lower()]
    if len(found) == 1:
        return found[0]
    if found:
        raise NoSuchFunction(f"{name} may be any of {', '.join(holder.name for holder in found)}")
    raise NoSuchFunction(f"no function and no state machine is called {name}")
