"""Pages of a room: the board, the debrief, the clock's controls and the exports, for the facilitator."""

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from ops.lab.errors import Refused
from ops.lab.room.host.board import board_of
from ops.lab.room.host.debrief import RoomDebrief, cards_of
from ops.lab.room.host.export import RoomExport
from ops.lab.room.host.room_access import RoomAccess, in_url, is_loopback
from ops.lab.room.host.room_book import RoomBook
from ops.lab.room.host.session_clock import LONGEST_MINUTES, SessionClock
from ops.lab.room.host.templates import rendered
from ops.lab.room.invitation import DEFAULT_PORT, Invitation
from ops.lab.room.join_code import spelled
from ops.lab.web.own_origin import TOKEN_HEADER

_LONGEST_FORM_BYTES = 1024


@dataclass(frozen=True)
class RoomPages:
    """The guard has let through who asks."""

    book: RoomBook
    access: RoomAccess

    @property
    def routes(self) -> list[Route]:
        return [
            Route("/", self._frame),
            Route("/debrief", self._debrief_frame),
            Route("/board", self._board),
            Route("/invitation", self._invitation),
            Route("/timelines", self._timelines),
            Route("/export.json", self._export_json),
            Route("/export.html", self._export_html),
            Route("/clock/start", self._start_clock, methods=["POST"]),
            Route("/clock/stop", self._stop_clock, methods=["POST"]),
            Route("/seats/{seat}/release", self._release, methods=["POST"]),
            Route("/token", _token, methods=["POST"]),
            Route("/health", _health),
        ]

    async def _frame(self, request: Request) -> Response:
        mine = is_loopback(_server(request))
        return rendered("board.html.j2", title="Board", here="/", mine=mine, longest=LONGEST_MINUTES)

    async def _debrief_frame(self, _: Request) -> Response:
        return rendered("debrief.html.j2", title="Debrief", here="/debrief", mine=True)

    async def _board(self, request: Request) -> Response:
        now, seats = self.book.now(), self.book.seats
        clock = self.book.session.clock
        # On a beamer everybody may look, and nobody but the facilitator changes anything.
        controls = is_loopback(_server(request)) and self.access.knows(request.headers.get(TOKEN_HEADER, ""))
        return rendered(
            "board_part.html.j2",
            rows=board_of(seats, now),
            clock=clock,
            left=clock.left(now),
            controls=controls,
        )

    async def _invitation(self, _: Request) -> Response:
        code = self.book.session.code
        hosts = [in_url(each) for each in self.access.addresses] or ["127.0.0.1"]
        invitations = [str(Invitation(code, host, self.access.port)) for host in hosts]
        return rendered(
            "invitation.html.j2",
            code=code,
            spelled=spelled(code),
            invitations=invitations,
            alone=not self.access.addresses,
            default_port=self.access.port == DEFAULT_PORT,
        )

    async def _timelines(self, _: Request) -> Response:
        debrief = await run_in_threadpool(lambda: RoomDebrief.of(cards_of(self.book.seats, self.book.now())))
        return rendered("timelines.html.j2", debrief=debrief)

    async def _export_json(self, _: Request) -> Response:
        text = await run_in_threadpool(self._export().as_json)
        return Response(text, media_type="application/json", headers=_attached("room.json"))

    async def _export_html(self, _: Request) -> Response:
        # As a file to be kept, never as a page of this origin.
        page = await run_in_threadpool(self._export().as_html)
        return Response(page, media_type="application/octet-stream", headers=_attached("room.html"))

    def _export(self) -> RoomExport:
        now = self.book.now()
        return RoomExport(now, cards_of(self.book.seats, now))

    async def _start_clock(self, request: Request) -> Response:
        minutes = await _minutes(request)
        if minutes is None:
            return rendered(
                "problem.html.j2",
                400,
                problem=f"a session has 1 to {LONGEST_MINUTES} minutes",
                hint="type the minutes as a number",
            )
        await run_in_threadpool(self.book.set_clock, SessionClock.started(minutes, self.book.now()))
        return _done(f"The clock runs: {minutes} minutes.")

    async def _stop_clock(self, _: Request) -> Response:
        stopped = self.book.session.clock.stopped(self.book.now())
        await run_in_threadpool(self.book.set_clock, stopped)
        return _done("The clock is stopped. Cards are taken all the same.")

    async def _release(self, request: Request) -> Response:
        try:
            seat = await run_in_threadpool(self.book.release, request.path_params["seat"])
        except Refused as error:
            return rendered("problem.html.j2", 404, problem=str(error), hint=error.hint)
        return _done(f"{seat.name} is free for another laptop.")


def _server(request: Request) -> str:
    """The address of this machine by which the request came in."""
    server = request.scope.get("server")
    return str(server[0]) if server else ""


async def _minutes(request: Request) -> int | None:
    """The number in the form; None where it is none."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_FORM_BYTES:
            return None
    name, _, value = body.decode("utf-8", "replace").partition("=")
    valid = name == "minutes" and value.isascii() and value.isdecimal() and len(value) <= 4
    return int(value) if valid and 1 <= int(value) <= LONGEST_MINUTES else None


def _done(text: str) -> Response:
    return rendered("done.html.j2", text=text)


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


async def _token(_: Request) -> Response:
    """That the guard let it through: the token is the facilitator's."""
    return Response(status_code=204)


async def _health(_: Request) -> PlainTextResponse:
    return PlainTextResponse("ok")
