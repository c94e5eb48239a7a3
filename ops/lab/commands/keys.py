"""`lab keys`: the table of idempotency keys."""

import json
import time
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Any

import typer

from ops.lab.actions.functions import worker_timeout_seconds
from ops.lab.actions.idempotency_keys import end_leases, holders
from ops.lab.actions.idempotency_keys import release as release_key
from ops.lab.app.function_names import deployed_functions
from ops.lab.app.log_tail import FunctionLogLine
from ops.lab.app.state_table import read_raw
from ops.lab.app.target import Target
from ops.lab.app.time_span import seconds
from ops.lab.app.told_verdict import is_told
from ops.lab.commands.logs import pretty
from ops.lab.confirmation import YesOption, confirm_first
from ops.lab.errors import Refused
from ops.lab.options import (
    EnvOption,
    JsonOption,
    TargetName,
    TargetOption,
    checked_key,
    choose,
    refuse_beside_others,
)
from ops.lab.probes import logs
from ops.lab.probes.logs import SuccessEvent
from ops.lab.probes.state_table import IdempotencyKey, KeyCondition, all_keys
from ops.lab.terminal import escape, json_text, out
from ops.lab.waiting import eventually_or_last
from ops.lab.whole_table import WholeTable

# The worker's log comes when its invocation has ended, and the bus delivers by itself.
_SECONDS_BETWEEN_LOOKS = 0.5

KeyArgument = Annotated[str, typer.Argument(help="The idempotency key.", callback=checked_key)]

app = typer.Typer(no_args_is_help=True, help="The idempotency keys: what became of each event.")


@app.command("list")
def list_keys(
    only: Annotated[
        KeyCondition | None, typer.Option("--only", help="Only these; else all not done.")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many to list at most.")] = 20,
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Count the keys, and list those that are not done.

    LEASED: an attempt is at work. STUCK: it died, and its lease has run out. Reads the whole table.
    """
    found = list(all_keys(choose(target, env), time.time()))
    counts = Counter(key.condition for key in found)
    wanted = [
        key
        for key in found
        if key.condition == only or (only is None and key.condition is not KeyCondition.SUCCEEDED)
    ]
    listed = sorted(wanted, key=lambda key: key.first_seen)[:limit]
    if as_json:
        document = {
            "counts": {name.value: counts[name] for name in KeyCondition},
            "keys": [asdict(key) for key in listed],
        }
        print(json_text(document))
        return
    out().print(", ".join(f"{counts[name]} {name}" for name in KeyCondition))
    if listed:
        _table(listed).show(out())
    if len(wanted) > limit:
        out().print(f"  and {len(wanted) - limit} more: --limit {len(wanted)}")


@app.command("show")
def show(
    key: KeyArgument,
    since: Annotated[
        str, typer.Option(help="How far back logs and events are read: 90s, 5m, 2h, 1d.")
    ] = "1h",
    wait: Annotated[
        float, typer.Option(min=0, max=300, help="Seconds to wait for what logs show late.")
    ] = 10.0,
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Tell one key's story: its item, its success events, and what the functions logged."""
    chosen, start = choose(target, env), time.time() - seconds(since)
    told = eventually_or_last(
        lambda: _read(chosen, key, start),
        within=wait,
        until=lambda told: told.is_told(start),
        every=_SECONDS_BETWEEN_LOOKS,
    )
    item, announced = told.item, len(told.successes)
    if as_json:
        lines = [{"function": line.function.value, **(line.fields or {})} for line in told.lines]
        print(json_text({"item": item, "success_events": announced, "log": lines}))
        return
    for name, value in item.items():
        out().print(f"[bold]{name:<16}[/] {escape(str(value))}", soft_wrap=True)
    out().print(f"[bold]{'success events':<16}[/] {announced}")
    for line in told.lines:
        out().print(pretty(line), soft_wrap=True)


@app.command("release")
def release(
    key: KeyArgument,
    yes: YesOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Forget a key, so that the next message under it is processed, even if one was before."""
    refuse_beside_others(target, env)
    chosen = choose(target, env)
    if not read_raw(chosen, key):
        raise Refused(f"the table has no key {key}", hint="lab keys list")
    question = f"Forget {key}? Its event may then be processed a second time"
    confirm_first(question, yes=yes, otherwise="the key is kept")
    item = release_key(chosen, key)
    out().print(f"[green]✓[/] {escape(key)} is forgotten; its item was", soft_wrap=True)
    print(json.dumps(item))


@app.command("end-lease")
def end_lease(
    keys: Annotated[list[str], typer.Argument(metavar="KEY...", help="The idempotency keys.")],
    yes: YesOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Let the leases of keys run out now: the next delivery takes each over.

    Of attempts that are gone alone. One that still works would go on beside the next, and both would process
    the event. So it watches first, for as long as a worker may run (worker-timeout), and ends what one
    attempt has held all the while.
    """
    refuse_beside_others(target, env)
    chosen = choose(target, env)
    held = holders(chosen, keys)
    if not held:
        raise Refused("no attempt holds any of these keys", hint="lab keys list --only LEASED")
    question = f"End the leases of {len(held)} keys, where their attempts are gone?"
    confirm_first(question, yes=yes, otherwise="no lease was ended")
    out().print(f"watching for {worker_timeout_seconds(chosen)} s whether an attempt is at work on them")
    ended = end_leases(chosen, held)
    if not ended:
        raise Refused("each of these attempts was alive: no lease was ended", hint="lab keys show KEY")
    out().print(f"[green]✓[/] {ended} of {len(held)} leases ended")
    if alive := len(held) - ended:
        out().print(f"  {alive} were of attempts that were alive: lab keys list --only LEASED")


def _table(found: list[IdempotencyKey]) -> WholeTable:
    table = WholeTable("key", "condition", "attempts", "first seen (UTC)", "leased until (UTC)", "error type")
    for key in found:
        seen, until = _time(key.first_seen), _time(key.leased_until) if key.leased_until else ""
        table.add_message(key.key, key.condition, str(key.attempts), seen, until, key.error_type)
    return table


def _time(moment: datetime) -> str:
    return f"{moment:%m-%d %H:%M:%S}"


@dataclass(frozen=True)
class KeyRecord:
    """What is recorded of one key: its item, its success events as the bus delivered them, its log lines."""

    item: dict[str, Any]
    successes: list[SuccessEvent]
    lines: list[FunctionLogLine]

    def is_told(self, since: float) -> bool:
        """Whether the logs tell of all that the item says."""
        announced_at = [event.occurred_at for event in self.successes]
        return is_told(self.item, since, None, self.lines, announced_at)


def _read(target: Target, key: str, since: float) -> KeyRecord:
    item = read_raw(target, key)
    if not item:
        raise Refused(f"the table has no key {key}", hint="lab keys list")
    lines = [
        line
        for function in deployed_functions(target)
        for line in logs.lines(target, function, since)
        if (line.fields or {}).get("idempotencyKey") == key
    ]
    successes = logs.success_events(target, since).get(key, [])
    return KeyRecord(item, successes, sorted(lines, key=lambda line: line.time_ms))
