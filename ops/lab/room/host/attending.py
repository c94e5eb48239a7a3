"""Routes for laptops: they join, give a sign of life, hand in a card, and leave. Nothing sent is executed."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ops.lab.errors import Refused
from ops.lab.incidents.card import from_json
from ops.lab.room.host.rate_limit import RateLimit, address_key
from ops.lab.room.host.room_book import RoomBook
from ops.lab.room.host.seat import Seat
from ops.lab.room.join_code import same_code
from ops.lab.room.protocol import LARGEST_CARD_BYTES, LARGEST_DOCUMENT_BYTES, read_request

# A body that trickles in for longer is given up.
_BODY_SECONDS = 10.0


@dataclass(frozen=True)
class Attending:
    """What laptops may do with the book. `wrong_codes` counts by address, `writes` by laptop."""

    book: RoomBook
    wrong_codes: RateLimit = field(default_factory=lambda: RateLimit(burst=10, seconds=6.0))
    writes: RateLimit = field(default_factory=lambda: RateLimit(burst=60, seconds=0.2))

    @property
    def routes(self) -> list[Route]:
        return [
            Route("/join", self._join, methods=["POST"]),
            Route("/heartbeat", self._heartbeat, methods=["POST"]),
            Route("/card", self._card, methods=["POST"]),
            Route("/leave", self._leave, methods=["POST"]),
        ]

    async def _join(self, request: Request) -> Response:
        address = address_key(request.client.host if request.client else "")
        if wait := self.wrong_codes.wait_of(address):
            return _later(wait, "too many wrong codes came from this address")
        document = await _document(request, "join", LARGEST_DOCUMENT_BYTES)
        if isinstance(document, Response):
            return document
        if not same_code(document["code"], self.book.session.code):
            self.wrong_codes.count(address)
            return _problem(403, "this is not the room's code", "ask the facilitator for it")
        try:
            seat, token = await run_in_threadpool(self.book.join, document["name"])
        except Refused as error:
            return _problem(409, str(error), error.hint)
        return self._answer(seat, token=token, name=seat.name)

    async def _heartbeat(self, request: Request) -> Response:
        async def beat(seat: Seat, document: dict[str, Any]) -> Seat:
            return self.book.beat(seat.id, document["sent_at"])

        return await self._of_laptop(request, "heartbeat", LARGEST_DOCUMENT_BYTES, beat)

    async def _card(self, request: Request) -> Response:
        async def keep(seat: Seat, document: dict[str, Any]) -> Seat:
            card = from_json(document["card"])
            return await run_in_threadpool(self.book.keep, seat.id, document["sequence"], card)

        return await self._of_laptop(request, "card", LARGEST_CARD_BYTES, keep)

    async def _leave(self, request: Request) -> Response:
        async def leave(seat: Seat, _: dict[str, Any]) -> Seat:
            return await run_in_threadpool(self.book.leave, seat.id)

        return await self._of_laptop(request, "leave", LARGEST_DOCUMENT_BYTES, leave)

    async def _of_laptop(
        self,
        request: Request,
        kind: str,
        largest: int,
        act: Callable[[Seat, dict[str, Any]], Awaitable[Seat]],
    ) -> Response:
        """Who has no token of a seat is refused before anything of the body is read."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        seat = self.book.seat_of(token) if scheme.lower() == "bearer" else None
        if seat is None:
            return _unknown()
        if wait := self.writes.wait_of(seat.id):
            return _later(wait, "this laptop sends too often")
        self.writes.count(seat.id)
        document = await _document(request, kind, largest)
        if isinstance(document, Response):
            return document
        try:
            return self._answer(await act(seat, document))
        except Refused as error:
            return _problem(400, str(error), error.hint)
        except KeyError:  # the facilitator has removed it in between
            return _unknown()

    def _answer(self, seat: Seat, **more: str) -> Response:
        clock = self.book.session.clock.left(self.book.now())
        return JSONResponse({**more, "sequence": seat.sequence, "clock": clock})


async def _document(request: Request, kind: str, largest: int) -> dict[str, Any] | Response:
    """The document in the body, or why it is refused."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return _problem(415, "a room takes application/json alone")
    try:
        body = await asyncio.wait_for(_body(request, largest), _BODY_SECONDS)
    except TimeoutError:
        return _problem(408, "the body did not arrive in time")
    except ClientDisconnect:
        return _problem(400, "the body did not arrive")
    if body is None:
        return _problem(413, f"the body is larger than {largest} bytes")
    try:
        return read_request(kind, body)
    except Refused as error:
        return _problem(400, str(error), error.hint)


async def _body(request: Request, largest: int) -> bytes | None:
    """The whole of it; None, and no more is read, where it is larger."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdecimal() or len(announced) > 15 or int(announced) > largest:
        return None
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > largest:
            return None
    return bytes(read)


def _unknown() -> Response:
    return _problem(401, "the room does not know this laptop", "join it again: lab room join CODE@HOST")


def _later(seconds: float, problem: str) -> Response:
    whole = max(1, round(seconds + 0.5))
    answer = _problem(429, problem, f"try again in {whole} s")
    answer.headers["Retry-After"] = str(whole)
    return answer


def _problem(status: int, problem: str, hint: str = "") -> Response:
    return JSONResponse({"problem": problem[:1000], "hint": hint[:1000]}, status)
