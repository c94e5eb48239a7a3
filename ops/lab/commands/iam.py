"""`lab iam`: what the app is allowed, what it asked for, and what AWS would deny."""

import json
from typing import Annotated, Any

import typer

from ops.lab.actions import permissions
from ops.lab.app.function_names import FUNCTIONS_HELP, FunctionName, name_on_lambda
from ops.lab.app.permission_mode import (
    PermissionMode,
    denied_resources,
    mode_of,
    read_policy,
    read_report,
    set_mode,
)
from ops.lab.app.target import Target
from ops.lab.errors import Refused
from ops.lab.options import JsonOption, TargetName, TargetOption, choose, refuse_beside_others
from ops.lab.terminal import escape, out

app = typer.Typer(no_args_is_help=True, help="Permissions: calls that AWS would deny, and grants unused.")

_ON_AWS = (
    "denied calls: CloudTrail's events with errorCode AccessDenied; unused permissions and the least policy: "
    "IAM Access Analyzer (unused access findings, policy generation)"
)


@app.command("report")
def report(
    policy: Annotated[
        str | None,
        typer.Option("--policy", metavar="FUNCTION", help="Only the least policy of this function."),
    ] = None,
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
) -> None:
    """Show what AWS would deny and which statement is missing, grants that nothing used, what is not known,
    and what was given by hand.

    It counts from the lab's start. Enforced or not, calls are evaluated unless `lab up --iam off`.
    """
    endpoint = _endpoint(target)
    if policy:
        print(json.dumps(read_policy(endpoint, policy)["policy"], indent=2))
        return
    given = permissions.given_by_hand(choose(target))
    by_hand = [{"function": name.value, "statement": statement} for name, statement in given.items()]
    found = read_report(endpoint) | {"given_by_hand": by_hand}
    if as_json:
        print(json.dumps(found, indent=2))
    else:
        _show(found)


@app.command("mode")
def mode(
    wanted: Annotated[
        PermissionMode | None, typer.Argument(metavar="[enforce|warn|off]", help="Use this from now on.")
    ] = None,
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
) -> None:
    """Show what becomes of a call that AWS would deny, or change it while the lab is up."""
    endpoint = _endpoint(target)
    if wanted is not None:
        refuse_beside_others(target)
        set_mode(endpoint, wanted)
    found = mode_of(endpoint)
    if as_json:
        print(json.dumps({"mode": found}))
    else:
        out().print(found or "this emulator evaluates no permissions")


@app.command("allow")
def allow(
    function: Annotated[
        FunctionName, typer.Argument(metavar="FUNCTION", help=f"Whose role. {FUNCTIONS_HELP}.")
    ],
    action: Annotated[
        str | None, typer.Argument(metavar="ACTION", help="For example dynamodb:PutItem.")
    ] = None,
    resource: Annotated[
        str | None,
        typer.Option("--resource", metavar="ARN", help="On this; by default on what was denied."),
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take back what was allowed by hand.")] = False,
    target: TargetOption = TargetName.RUNNING,
) -> None:
    """Allow a function's role an action that was denied, by hand, until a deployment has the statement.

    The statement is a policy of its own, and another one takes its place. It stays until `--undo` or
    `lab reset`, and `lab iam report` shows it. To make it last, add it in infra/constructs/policies.py and
    deploy.
    """
    endpoint = _endpoint(target)
    refuse_beside_others(target)
    chosen = choose(target)
    if undo:
        _undo(chosen, function, action or resource)
        return
    if action is None:
        raise Refused(
            "say which action to allow",
            hint=f"for example: lab iam allow {function.value} dynamodb:PutItem; take it back: --undo",
        )
    if resource is None:
        denied = denied_resources(endpoint, name_on_lambda(chosen, function), action)
        if not denied:
            raise Refused(
                f"no call of {function.value} to {action} was denied",
                hint="say on what: --resource ARN; what was denied: lab iam report",
            )
        resource = denied[-1]
    change = permissions.allow(chosen, function, action, resource)
    out().print(f"[green]✓[/] {escape(str(change))}", soft_wrap=True)


def _undo(target: Target, function: FunctionName, other: str | None) -> None:
    if other is not None:
        raise Refused(
            f"--undo takes back all that was allowed by hand, and not {other}",
            hint=f"lab iam allow {function.value} --undo",
        )
    if permissions.take_back(target, function):
        out().print(f"[green]✓[/] {function.value} may what its stack says, and no more")
    else:
        out().print(f"nothing was allowed to {function.value} by hand")


def _endpoint(target: TargetName) -> str:
    if target is TargetName.AWS:
        raise Refused("the emulator's record is of the running lab alone", hint=f"on AWS, {_ON_AWS}")
    endpoint = choose(target).endpoint
    assert endpoint is not None
    return endpoint


def _show(found: dict[str, Any]) -> None:
    out().print(f"permissions: [bold]{found['mode']}[/], {found['calls']} calls evaluated")
    if found["mode"] == "off":
        out().print("  nothing is looked at: lab up --iam warn", soft_wrap=True)
    _denied(found["denied"])
    _given_by_hand(found["given_by_hand"])
    _unused(found["unused"])
    _not_evaluated(found["not_evaluated"])
    if found["dropped"]:
        out().print(f"  {found['dropped']} more calls, of kinds that had no room in the record")


def _denied(calls: list[dict[str, Any]]) -> None:
    if not calls:
        out().print("[green]✓[/] nothing that AWS would deny")
        return
    out().print(f"[bold red]AWS would deny[/] {len(calls)} kinds of calls")
    for call in calls:
        out().print(f"  [bold]{escape(call['name'])}[/] {call['count']} times", soft_wrap=True)
        out().print(f"    {escape(call['message'])}", soft_wrap=True)
        if call["missing"]:
            where = f"missing in the {call['policy']}"
            out().print(f"    {where}: {escape(json.dumps(call['missing']))}", soft_wrap=True)
        else:
            out().print(f"    a statement of the {call['policy']} forbids it", soft_wrap=True)


def _given_by_hand(given: list[dict[str, Any]]) -> None:
    if not given:
        return
    out().print(f"[yellow]given by hand[/], beside what the stacks say: {len(given)}")
    for each in given:
        function, statement = each["function"], each["statement"]
        line = f"{function} may {statement['Action']} on {statement['Resource']}"
        out().print(f"  {escape(line)}", soft_wrap=True)
        out().print(f"    take it back: lab iam allow {escape(function)} --undo", soft_wrap=True)


def _unused(grants: list[dict[str, Any]]) -> None:
    by_name: dict[str, list[str]] = {}
    for grant in grants:
        resources = ", ".join(arn.split(":", 5)[-1] for arn in grant["resource"])
        by_name.setdefault(grant["name"], []).append(f"{grant['action']} on {resources}")
    out().print(f"granted and not used since the lab came up or was reset: {len(grants)}")
    for name, lines in by_name.items():
        out().print(f"  [bold]{escape(name)}[/]", soft_wrap=True)
        for line in lines:
            out().print(f"    {escape(line)}", soft_wrap=True)


def _not_evaluated(calls: list[dict[str, Any]]) -> None:
    if not calls:
        return
    out().print(f"[yellow]not evaluated[/]: {len(calls)} kinds of calls, which AWS may allow or deny")
    for call in calls:
        line = f"{call['name']} {call['action']}: {call['message']}"
        out().print(f"  {escape(line)}", soft_wrap=True)
