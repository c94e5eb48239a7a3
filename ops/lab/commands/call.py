"""`lab call`: any operation of AWS, on the running lab."""

from typing import Annotated

import typer

from ops.lab.app.raw_call import parse_call, search
from ops.lab.options import TargetName, choose, refuse_beside_others
from ops.lab.terminal import json_text


def call(
    service: Annotated[str, typer.Argument(help="As AWS's command line names it: events, logs, sqs.")],
    operation: Annotated[str, typer.Argument(help="list-rules, or ListRules.")],
    parameters: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAME=VALUE]...", help="The operation's parameters, or all of them as JSON."),
    ] = None,
    query: Annotated[
        str | None, typer.Option(help="What of the answer: JMESPath, as AWS's command line has it.")
    ] = None,
) -> None:
    """Call any AWS operation of the running lab, and print its answer as JSON.

    For what no other command shows or repairs. On an account there is AWS's own: aws SERVICE OPERATION.
    """
    target = choose(TargetName.RUNNING)
    made = parse_call(target, service, operation, parameters or [])
    if not made.only_reads:
        refuse_beside_others(TargetName.RUNNING)
    answer = made.make(target)
    found = answer if query is None else search(answer, query)
    print(found if isinstance(found, str) else json_text(found))
