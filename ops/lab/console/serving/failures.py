"""Failures of a request, told as the commands tell them: what is so, and what to do about it."""

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ops.lab.app.aws_errors import FORESEEN_ERRORS, as_told
from ops.lab.console.serving.view import fragment, page
from ops.lab.errors import CommandError, NotUp, Refused

Handler = Callable[[Request, Exception], Awaitable[Response] | Response]


def _failed(request: Request, error: Exception) -> Response:
    error = as_told(error)
    return _answer(request, _status(error), str(error), getattr(error, "hint", None) or "")


def _status(error: Exception) -> int:
    if isinstance(error, Refused):
        return 409
    return 503 if isinstance(error, NotUp) else 502


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == HTTPStatus.NOT_FOUND and error.detail == HTTPStatus.NOT_FOUND.phrase:
        return _answer(request, 404, "the console has no such page", "its pages are in the line above")
    return _answer(request, error.status_code, str(error.detail), "")


def _unforeseen(request: Request, error: Exception) -> Response:
    """A fault of the console's own. Plain text would not be seen: htmx's morph takes elements alone."""
    return _answer(
        request,
        500,
        f"the console could not do this: {type(error).__name__}",
        "that is a fault of its own; the traceback stands where it writes to",
    )


def _answer(request: Request, status: int, problem: str, hint: str) -> Response:
    """A fragment for htmx, a page for a person who opened an address."""
    if request.headers.get("hx-request"):
        return fragment(request, "problem.html.j2", status, problem=problem, hint=hint)
    answer = page(request, "problem_page.html.j2", problem=problem, hint=hint, title="Not shown")
    answer.status_code = status
    return answer


def values_or_problem(gather: Callable[[], Mapping[str, Any]]) -> dict[str, Any]:
    """The values of a live part, and for its template `problem` and `hint`, empty where nothing went wrong.

    A part that says itself why it has nothing goes on by itself: the next look fills it.
    """
    try:
        return {"problem": "", "hint": ""} | dict(gather())
    except FORESEEN_ERRORS as error:
        known = as_told(error)
        return {"problem": str(known), "hint": getattr(known, "hint", None) or ""}


HANDLERS: dict[type[Exception], Handler] = {
    CommandError: _failed,
    BotoCoreError: _failed,
    ClientError: _failed,
    HTTPException: _http,
    Exception: _unforeseen,
}
