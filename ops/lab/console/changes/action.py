"""Action of a person in the console: carried out, journalled, and answered with a sentence."""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from ops.lab.console.context import context_of
from ops.lab.console.serving.view import fragment


def act(
    request: Request, title: str, do: Callable[[], str], *, beside_drills: bool = False, **detail: Any
) -> HTMLResponse:
    """Carry out `do`, which returns what came of it, and answer with that sentence.

    Raises what it raises, after the journal has it; Refused while a drill or a deployment is at work, unless
    the action is harmless beside them. `detail` goes into the journal as well.
    """
    console = context_of(request)
    if not beside_drills:
        console.refuse_beside_others()
    try:
        outcome = do()
    except Exception as error:
        console.journal.add(title, str(error), done=False, **detail)
        raise
    console.journal.add(title, outcome, **detail)
    console.poller.look_now()
    return fragment(request, "done.html.j2", title=title, outcome=outcome)


def acting(do: Callable[[Request, FormData], Response]) -> Callable[[Request], Awaitable[Response]]:
    """Handler of a POST route: reads the form, and calls `do` with it in a thread, where it may wait."""

    async def handle(request: Request) -> Response:
        async with request.form(max_files=0) as form:
            return await run_in_threadpool(do, request, form)

    return handle


def text_of(form: FormData, name: str) -> str:
    """A field's text without blanks around it; empty where it is missing."""
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""
