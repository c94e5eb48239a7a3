"""`lab metrics`: the dashboard's numbers."""

import json
import time
from typing import Annotated

import typer

from ops.lab.app.time_span import seconds
from ops.lab.options import EnvOption, JsonOption, TargetName, TargetOption, choose
from ops.lab.probes.metrics import AGE_RULE
from ops.lab.probes.vital_signs import VitalSign, vital_signs
from ops.lab.terminal import out
from ops.lab.whole_table import WholeTable


def metrics(
    since: Annotated[str, typer.Option(help="Over the last 90s, 5m, 2h, 1d.")] = "15m",
    as_json: JsonOption = False,
    target: TargetOption = TargetName.RUNNING,
    env: EnvOption = None,
) -> None:
    """Show the dashboard's numbers: of the API, the functions, the queues, and what was achieved."""
    signs = vital_signs(choose(target, env), time.time() - seconds(since))
    if as_json:
        print(json.dumps({f"{sign.of} {sign.name}": sign.value for sign in signs}, indent=2))
    else:
        _table(signs, since).show(out())
        out().print(f"[dim]{AGE_RULE}[/]", soft_wrap=True)


def _table(signs: list[VitalSign], since: str) -> WholeTable:
    table = WholeTable("of", f"last {since}", "value", "unit", "kind")
    before = ""
    for sign in signs:
        value = "no data" if sign.value is None else f"{sign.value:,.0f}"
        table.add_row(
            "" if sign.of == before else sign.of, sign.name, value, sign.unit, f"[dim]{sign.kind}[/]"
        )
        before = sign.of
    return table
