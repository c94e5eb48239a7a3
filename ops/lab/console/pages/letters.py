"""Page of the dead letters: find, filter, open, redrive, edit, remove and export them."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from ops.lab.app.dlq_purge import as_line
from ops.lab.app.function_names import deployed_functions
from ops.lab.app.log_search import find_lines
from ops.lab.console.changes.action import acting
from ops.lab.console.context import context_of
from ops.lab.console.letters import letter_actions as actions
from ops.lab.console.letters.edited_copy import own_key
from ops.lab.console.letters.found_letter import FoundLetter
from ops.lab.console.letters.letter_choice import LetterChoice, queue_named, text_fields
from ops.lab.console.letters.letter_filter import PAGE_ROWS, LetterFilter, whole_number
from ops.lab.console.letters.letter_scan import LetterQueue, LetterScan
from ops.lab.console.letters.letters_desk import desk_of
from ops.lab.console.letters.redrive_plan import RedrivePace, RedrivePlan
from ops.lab.console.pages.declaration import ConsolePage
from ops.lab.console.serving.view import fragment, page

# A letter's last failure is no older than SQS keeps a message.
_LOGGED_SINCE_SECONDS = 14 * 86_400.0
_MOST_LINES = 200


def _show(request: Request) -> Response:
    desk = desk_of(request)
    jobs, problem = desk.seen_jobs()
    return page(
        request,
        "letters.html.j2",
        title="Dead letters",
        jobs=jobs,
        jobs_problem=problem,
        canary=desk.canary.progress,
        **_table(request),
    )


def _table_part(request: Request) -> Response:
    return fragment(request, "letters_table.html.j2", **_table(request))


def _canary_part(request: Request) -> Response:
    return fragment(request, "letters_canary.html.j2", canary=desk_of(request).canary.progress)


def _jobs_part(request: Request) -> Response:
    jobs, problem = desk_of(request).seen_jobs()
    return fragment(request, "letters_jobs.html.j2", jobs=jobs, jobs_problem=problem)


def _plan(request: Request) -> Response:
    choice = LetterChoice.of(request.query_params)
    letters = choice.letters(desk_of(request).scan(choice.queue))
    plan = RedrivePlan(letters, RedrivePace.of(text_fields(request.query_params)))
    return fragment(request, "letters_plan.html.j2", choice=choice, plan=plan)


def _purge_plan(request: Request) -> Response:
    choice = LetterChoice.of(request.query_params)
    letters = choice.letters(desk_of(request).scan(choice.queue))
    return fragment(request, "letters_purge.html.j2", choice=choice, letters=letters)


def _export(request: Request) -> Response:
    """JSON lines of the chosen letters, the same as a purge writes down."""
    choice = LetterChoice.of(request.query_params)
    letters = choice.letters(desk_of(request).scan(choice.queue))
    name = f"{choice.queue}-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}.jsonl"
    return StreamingResponse(
        _lines(letters),
        media_type="application/x-ndjson",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _letter(request: Request) -> Response:
    queue = queue_named(request.query_params.get("queue", ""))
    found = _found(request, queue)
    return page(
        request,
        "letter.html.j2",
        title="Dead letter" if queue is LetterQueue.DLQ else "Parked letter",
        queue=queue,
        found=found,
        own_key=own_key(found),
        now=time.time(),
    )


def _letter_logs(request: Request) -> Response:
    target = context_of(request).target
    found = _found(request, queue_named(request.query_params.get("queue", "")))
    since = max(found.letter.sent_at - 60, time.time() - _LOGGED_SINCE_SECONDS)
    lines = find_lines(target, deployed_functions(target), [found.key], since)
    return fragment(
        request, "letter_logs.html.j2", lines=lines[-_MOST_LINES:], left_out=max(0, len(lines) - _MOST_LINES)
    )


def _table(request: Request) -> dict[str, Any]:
    """The values of the table: one page of what matches."""
    queue = queue_named(request.query_params.get("queue", ""))
    wanted = LetterFilter.of(text_fields(request.query_params))
    (scan, problem), now = desk_of(request).seen(queue), time.time()
    matching = wanted.of_letters(scan.letters, now) if scan else []
    pages = max(1, -(-len(matching) // PAGE_ROWS))
    number = min(pages, max(1, whole_number(request.query_params.get("page", ""), "the page") or 1))
    return {
        "queue": queue,
        "queues": tuple(LetterQueue),
        "filter": wanted,
        "scan": scan,
        "problem": problem,
        "matching": len(matching),
        "rows": matching[(number - 1) * PAGE_ROWS : number * PAGE_ROWS],
        "page_number": number,
        "page_count": pages,
        "now": now,
        "on_aws": not problem and context_of(request).target.endpoint is None,
        "error_types": sorted(_counts(scan, "error_types").items()),
        "categories": sorted(_counts(scan, "categories").items()),
    }


def _counts(scan: LetterScan | None, name: str) -> Any:
    return getattr(scan, name) if scan else {}


def _found(request: Request, queue: LetterQueue) -> FoundLetter:
    desk, message_id = desk_of(request), str(request.path_params["message_id"])
    scan = desk.scan(queue)
    found = scan.find(message_id) if scan else None
    if found is None and context_of(request).target.endpoint is not None:
        found = desk.scans.now(queue).find(message_id)  # it may have come after the latest scan
    if found is None:
        raise HTTPException(
            404, "This letter is not in its queue: it was moved or removed, or was not seen yet."
        )
    return found


def _lines(letters: Sequence[FoundLetter]) -> Iterator[str]:
    return (as_line(each.message) + "\n" for each in letters)


PAGE = ConsolePage(
    "/dead-letters",
    "Dead letters",
    (
        Route("/dead-letters", _show),
        Route("/dead-letters/table", _table_part),
        Route("/dead-letters/jobs", _jobs_part),
        Route("/dead-letters/canary", _canary_part),
        Route("/dead-letters/plan", _plan),
        Route("/dead-letters/purge", _purge_plan),
        Route("/dead-letters/purge", acting(actions.remove), methods=["POST"]),
        Route("/dead-letters/export", _export),
        Route("/dead-letters/look", acting(actions.look), methods=["POST"]),
        Route("/dead-letters/redrive", acting(actions.redrive), methods=["POST"]),
        Route("/dead-letters/canary", acting(actions.canary), methods=["POST"]),
        Route("/dead-letters/canary/stop", acting(actions.stop_canary), methods=["POST"]),
        Route("/dead-letters/jobs/{job_id}/cancel", acting(actions.cancel_job), methods=["POST"]),
        Route("/dead-letters/{message_id}", _letter),
        Route("/dead-letters/{message_id}/logs", _letter_logs),
        Route("/dead-letters/{message_id}/copy", acting(actions.send_copy), methods=["POST"]),
    ),
)
