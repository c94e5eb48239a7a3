"""`lab code`: which code the functions run, and the way back to that of their stacks."""

import json
from dataclasses import asdict

import typer

from ops.lab.app.code_swap import CodeSwap, FunctionCodeState
from ops.lab.confirmation import YesOption, confirm_first
from ops.lab.errors import Refused
from ops.lab.options import JsonOption, TargetName, TargetOption, choose, refuse_beside_others
from ops.lab.terminal import escape, out
from ops.lab.whole_table import WholeTable

_SHOWN = 12  # characters of a checksum
_ON_AWS = "aws lambda update-function-code --function-name NAME --s3-bucket BUCKET --s3-key KEY"

app = typer.Typer(
    no_args_is_help=True, help="The functions' code: which they run, and back to their stacks'."
)


@app.command()
def show(as_json: JsonOption = False, target: TargetOption = TargetName.RUNNING) -> None:
    """Show which code each function runs, since when, and whether it is what its stack says.

    A release beside CloudFormation changes the function and not the stack. The time is that of the last
    change of the function, of its settings too.
    """
    swap = _swap(target)
    others = {function.name for function in swap.others()}
    functions = sorted(swap.functions(), key=lambda function: function.title)
    if as_json:
        found = [
            asdict(each) | {"title": each.title, "of_stack": each.name not in others} for each in functions
        ]
        print(json.dumps(found, indent=2))
        return
    table = WholeTable("function", "code", "of its stack", "changed (UTC)")
    for each in functions:
        table.add_row(each.title, each.sha256[:_SHOWN], _word(each.name not in others), _when(each))
    table.show(out())


@app.command()
def rollback(
    yes: YesOption = False,
    target: TargetOption = TargetName.RUNNING,
) -> None:
    """Give the functions the code of their stacks again, whatever was released beside them.

    Invocations under way end with the code they began with. Settings stay as they are: lab tune.
    """
    refuse_beside_others(target)
    swap = _swap(target)
    others = swap.others()
    if not others:
        out().print("[green]✓[/] every function has the code of its stack")
        return
    names = ", ".join(sorted(function.title for function in others))
    confirm_first(f"Roll back {names}?", yes=yes, otherwise="nothing was rolled back")
    swap.restore()
    out().print(f"[green]✓[/] rolled back: {escape(names)}", soft_wrap=True)


def _swap(target: TargetName) -> CodeSwap:
    if target is TargetName.AWS:
        raise Refused("the code of an account's functions is its deployments' to change", hint=_ON_AWS)
    return CodeSwap(choose(target))


def _word(of_stack: bool) -> str:
    return "yes" if of_stack else "[yellow]no[/]"


def _when(function: FunctionCodeState) -> str:
    return function.changed_at[:19].replace("T", " ")
