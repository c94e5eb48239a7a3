"""Page of the logs: a live tail of what functions log, and questions to Logs Insights."""

from collections.abc import Sequence

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ops.lab.app.function_names import FunctionName, deployed_functions, ingestion_functions
from ops.lab.app.insights_query import (
    PLACEHOLDER,
    QueryMistake,
    SavedQuery,
    groups_of,
    run_query,
    saved_queries,
)
from ops.lab.app.insights_question import with_key
from ops.lab.app.target import Target
from ops.lab.app.time_span import seconds
from ops.lab.console.context import context_of
from ops.lab.console.logs.answer_view import view_of
from ops.lab.console.logs.live_log import FIRST_SECONDS, LiveLogs, LogLevel
from ops.lab.console.logs.log_line_view import shown_line
from ops.lab.console.logs.query_downloads import QueryDownload, QueryDownloads
from ops.lab.console.looking.background_answer import BackgroundAnswer
from ops.lab.console.looking.kept import kept
from ops.lab.console.pages.declaration import ConsolePage
from ops.lab.console.serving.view import fragment, page
from ops.lab.errors import NotUp, Refused

_PATH = "/logs"
_SAVED_SECONDS = 60.0
_MOST_SHOWN = 200
# StartQuery, API reference.
_LONGEST_QUERY = 10_000
_MOST_ROWS = 1_000


def _show(request: Request) -> Response:
    target = context_of(request).target
    return page(
        request,
        "logs.html.j2",
        title="Logs",
        functions=deployed_functions(target),
        levels=LogLevel,
        first_seconds=FIRST_SECONDS,
        saved=kept(request, _saved_of).get().value,
        on_aws=target.endpoint is None,
        most_rows=_MOST_ROWS,
        longest=_LONGEST_QUERY,
    )


def _saved_of(request: Request) -> BackgroundAnswer[list[SavedQuery]]:
    console = context_of(request)
    return BackgroundAnswer(lambda: saved_queries(console.target), _SAVED_SECONDS)


def _live_logs_of(_: Request) -> LiveLogs:
    return LiveLogs()


def _answers_of(_: Request) -> QueryDownloads:
    return QueryDownloads()


def _tail(request: Request) -> Response:
    """Lines after those that the page has: `after` is the choice that they were of, and the last number."""
    asked, target = request.query_params, context_of(request).target
    functions, level = _chosen(asked.getlist("function"), target), _level(asked.get("level", ""))
    text, choice = asked.get("text", ""), ",".join([*sorted(functions), level])
    of, _, number = asked.get("after", "").rpartition(":")
    same = of == choice and number.isdecimal()
    if of and not same and request.headers.get("hx-target") == "tail-more":
        return Response(status_code=204)  # another choice was made meanwhile: its own answer is on the way
    lines = kept(request, _live_logs_of).of(target, functions, level).after(int(number) if same else 0)
    found = [each for each in lines if text in each.line.message]
    return fragment(
        request,
        "logs_tail.html.j2",
        lines=[shown_line(each.line) for each in found[-_MOST_SHOWN:]],
        left_out=max(0, len(found) - _MOST_SHOWN),
        cursor=f"{choice}:{lines[-1].number if lines else number if same else 0}",
        first=not same,
    )


def _chosen(names: Sequence[str], target: Target) -> list[FunctionName]:
    """The functions of these names; the ingestion pipeline's without any."""
    known = deployed_functions(target)
    wrong = [name for name in names if name not in known]
    if wrong:
        raise Refused(f"there is no function {wrong[0][:80]}", hint=f"one of {', '.join(known)}")
    return [each for each in known if each in names] or ingestion_functions(target)


def _level(name: str) -> LogLevel:
    try:
        return LogLevel(name or LogLevel.OWN)
    except ValueError as error:
        raise Refused(f"there is no level {name[:80]}", hint=f"one of {', '.join(LogLevel)}") from error


def _saved_text(request: Request) -> Response:
    """The text box with a saved query in it."""
    name = request.query_params.get("name", "")
    texts = {each.name: each.text for each in kept(request, _saved_of).get().value}
    if name and name not in texts:
        raise Refused(f"there is no saved query {name[:80]}", hint=f"one of {', '.join(texts)}")
    return fragment(request, "logs_query_text.html.j2", text=texts.get(name, ""), longest=_LONGEST_QUERY)


def _query(request: Request) -> Response:
    """Ask Logs Insights. By the page's button alone: on AWS a query costs money, and a link asks nothing."""
    if not request.headers.get("hx-request"):
        raise Refused("a query runs by the button alone", hint="open /logs")
    asked, target = request.query_params, context_of(request).target
    text, groups = _question(request, target)
    span, limit = seconds(asked.get("since") or "15m"), _limit(asked.get("limit", ""))
    try:
        answer = run_query(target, text, groups, since=span, limit=limit)
    except QueryMistake as error:
        return fragment(request, "logs_malformed.html.j2", error=error)
    number = kept(request, _answers_of).keep(QueryDownload(text, answer))
    return fragment(
        request,
        "logs_answer.html.j2",
        view=view_of(answer, text),
        answer=answer,
        number=number,
        on_aws=target.endpoint is None,
    )


def _question(request: Request, target: Target) -> tuple[str, Sequence[str]]:
    """The text and the log groups. A saved query that was not changed is asked of its own."""
    asked = request.query_params
    text, names = asked.get("text", "").replace("\r\n", "\n").strip(), asked.getlist("function")
    if not text:
        raise Refused("there is no query", hint="write one, or choose a saved one")
    if len(text) > _LONGEST_QUERY:
        raise Refused(
            f"the query has {len(text):,} characters", hint=f"Logs Insights takes {_LONGEST_QUERY:,} at most"
        )
    key = asked.get("key", "").strip()
    if PLACEHOLDER in text and not key:
        raise Refused("this query is about one event", hint=f"fill in its key, for {PLACEHOLDER}")
    saved = [each for each in kept(request, _saved_of).get().value if each.text.strip() == text]
    if saved and saved[0].log_groups and not names:
        groups: Sequence[str] = saved[0].log_groups
    else:
        groups = groups_of(target, _chosen(names, target) if names else [])
    if not groups:
        raise NotUp("no function has logged anything yet", hint="lab send --count 5 --wait")
    return with_key(text, key), groups


def _limit(text: str) -> int:
    if not text:
        return 100
    if not text.isdecimal() or not 1 <= int(text[:9]) <= _MOST_ROWS:
        raise Refused(f"{text[:20]} rows", hint=f"1 to {_MOST_ROWS:,}")
    return int(text)


def _download(request: Request) -> Response:
    """A kept answer as a file."""
    answer = kept(request, _answers_of).get(request.path_params["number"])
    if answer is None:
        raise HTTPException(404, "This answer is not kept any more: ask again.")
    csv = request.path_params["form"] == "csv"
    return Response(
        answer.as_csv() if csv else answer.as_json(),
        media_type="text/csv" if csv else "application/json",
        headers={"Content-Disposition": f'attachment; filename="answer.{"csv" if csv else "json"}"'},
    )


PAGE = ConsolePage(
    _PATH,
    "Logs",
    (
        Route(_PATH, _show),
        Route(f"{_PATH}/tail", _tail),
        Route(f"{_PATH}/saved", _saved_text),
        Route(f"{_PATH}/query", _query),
        Route(f"{_PATH}/answer/{{number}}.{{form}}", _download),
    ),
)
