"""Feed of server-sent events: each open page hears of every look, and asks for its fragments anew.

The form is the HTML standard's (https://html.spec.whatwg.org/multipage/server-sent-events.html).
"""

import asyncio
import json
from collections.abc import AsyncGenerator

from starlette.requests import Request
from starlette.responses import StreamingResponse

from ops.lab.console.looking.poller import Poller

# A comment so often, when nothing else is sent: a connection that is gone is noticed.
_SIGN_OF_LIFE_SECONDS = 15.0


async def feed(request: Request) -> StreamingResponse:
    """GET /feed."""
    return StreamingResponse(events_of(request.app.state.console.poller), media_type="text/event-stream")


async def events_of(poller: Poller) -> AsyncGenerator[str, None]:
    """The looks, as they come; each as the text of an event. Close it to be told no more."""
    loop, looked = asyncio.get_running_loop(), asyncio.Event()

    def tell() -> None:
        loop.call_soon_threadsafe(looked.set)

    with poller.listening(tell):
        yield _event(poller)
        while True:
            try:
                await asyncio.wait_for(looked.wait(), _SIGN_OF_LIFE_SECONDS)
            except TimeoutError:
                yield ":\n\n"
                continue
            looked.clear()
            yield _event(poller)


def _event(poller: Poller) -> str:
    latest = poller.latest
    data = {"look": poller.looks, "at": latest.at, "problem": latest.problem, "hint": latest.hint}
    return f"event: look\ndata: {json.dumps(data)}\n\n"
