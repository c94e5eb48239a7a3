"""Query of Logs Insights: the saved ones of the app, and what one answers, in the lab or on an account."""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from ops.lab.app.function_names import FunctionName, deployed_functions
from ops.lab.app.log_tail import log_group
from ops.lab.app.target import Target
from ops.lab.errors import CommandError, Refused
from ops.lab.waiting import eventually

# What stands in a saved query for what differs each time.
PLACEHOLDER = "REPLACE-WITH-THE-KEY"
POINTER = "@ptr"
# AWS ends a query after an hour; nobody waits that long for a table.
_WITHIN_SECONDS = 120
_UNFINISHED = ("Scheduled", "Running")


@dataclass(frozen=True)
class SavedQuery:
    """Query definition of the app: its name without the folder, its text, the groups that it reads."""

    name: str
    text: str
    log_groups: tuple[str, ...]

    @property
    def meaning(self) -> str:
        """What its first line says, which is a comment."""
        first = self.text.strip().partition("\n")[0]
        return first.lstrip("# ") if first.startswith("#") else ""


@dataclass(frozen=True)
class InsightsAnswer:
    """Rows of an answer, each with the fields that have a value, and what was read for them."""

    rows: list[dict[str, str]]
    matched: int
    scanned: int
    bytes: int

    @property
    def columns(self) -> list[str]:
        """Every field of a row, in the order in which rows bring them; the pointer to the event is none."""
        return [name for name in dict.fromkeys(name for row in self.rows for name in row) if name != POINTER]


def saved_queries(target: Target) -> list[SavedQuery]:
    """Those of the app, by name."""
    folder = f"IngestionLab-{target.env_name}/"
    found = [
        SavedQuery(
            each["name"].removeprefix(folder), each["queryString"], tuple(each.get("logGroupNames", []))
        )
        for each in _definitions(target, folder)
    ]
    return sorted(found, key=lambda query: query.name)


def _definitions(target: Target, prefix: str) -> Iterator[Any]:
    token: dict[str, str] = {}
    while True:
        page = target.logs.describe_query_definitions(queryDefinitionNamePrefix=prefix, **token)  # type: ignore[arg-type]
        yield from page["queryDefinitions"]
        if "nextToken" not in page:
            return
        token = {"nextToken": page["nextToken"]}


def groups_of(target: Target, functions: Sequence[FunctionName]) -> list[str]:
    """The log groups of these functions, of all that are deployed without any; those that are there."""
    wanted = [log_group(target, each) for each in functions or deployed_functions(target)]
    return [name for name in dict.fromkeys(wanted) if _exists(target, name)]


def _exists(target: Target, name: str) -> bool:
    groups = target.logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return any(group["logGroupName"] == name for group in groups)


def run_query(
    target: Target, text: str, log_groups: Sequence[str], *, since: int, limit: int
) -> InsightsAnswer:
    """Ask, and wait for the answer; `since` is how many seconds back the events begin.

    Raises Refused for a query that is none, with the place of the mistake, and WaitTimedOut.
    """
    now = int(time.time())
    try:
        query_id = target.logs.start_query(
            logGroupNames=list(log_groups),
            startTime=now - since,
            endTime=now + 1,
            queryString=text,
            limit=limit,
        )["queryId"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "MalformedQueryException":
            raise malformed(text, error.response) from error
        raise
    try:
        result = eventually(
            lambda: target.logs.get_query_results(queryId=query_id),
            within=_WITHIN_SECONDS,
            until=lambda found: found["status"] not in _UNFINISHED,
            what="the end of the query",
            hint="a shorter --since has less to read",
        )
    except BaseException:  # Ctrl-C too: what nobody waits for need not be paid for
        target.logs.stop_query(queryId=query_id)
        raise
    if result["status"] != "Complete":
        raise CommandError(f"the query ended as {result['status']}")
    told = result.get("statistics", {})
    return InsightsAnswer(
        rows=[{cell["field"]: cell["value"] for cell in row} for row in result["results"]],
        matched=int(told.get("recordsMatched", 0)),
        scanned=int(told.get("recordsScanned", 0)),
        bytes=int(told.get("bytesScanned", 0)),
    )


class QueryMistake(Refused):
    """A query that is none: `mistake` in AWS's words, and, where AWS tells the place, the `line` with a
    mistake before or at `column`, which counts from 0."""

    def __init__(self, mistake: str, line: str = "", column: int = 0) -> None:
        super().__init__(f"{mistake}\n  {line}\n  {' ' * column}^" if line else mistake)
        self.mistake = mistake
        self.line = line
        self.column = column


def malformed(text: str, response: Any) -> QueryMistake:
    """The mistake that AWS found, with the line where it is and a caret below its place."""
    compile_error = response.get("queryCompileError", {})
    message = compile_error.get("message") or response["Error"].get("Message", "the query is malformed")
    start = compile_error.get("location", {}).get("startCharOffset")
    if start is None and (place := re.search(r"line (\d+) and position (\d+)", message)):
        start = sum(len(line) + 1 for line in text.split("\n")[: int(place[1]) - 1]) + int(place[2])
    if start is None:
        return QueryMistake(message)
    begin = text.rfind("\n", 0, start) + 1
    return QueryMistake(message, text[begin:].partition("\n")[0], start - begin)
