"""`lab room serve` and `lab room export`, on the facilitator's laptop."""

import json
import socket
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ops.lab.errors import NotUp, Refused
from ops.lab.incidents.card import ScoreCard, from_json
from ops.lab.local.command_lock import exclusively
from ops.lab.local.directory import LabDirectory, lab_directory
from ops.lab.options import JsonOption
from ops.lab.repository import WORKPLACE
from ops.lab.room.host.room_book import DEFAULT_SEATS, RoomBook, has_room, set_aside
from ops.lab.room.host.session_clock import LONGEST_MINUTES, SessionClock
from ops.lab.room.invitation import DEFAULT_PORT, Invitation
from ops.lab.room.join_code import spelled
from ops.lab.terminal import escape, out

if TYPE_CHECKING:
    from ops.lab.room.host.room_access import RoomAccess
    from ops.lab.room.host.seat import Seat

_CARD_HINT = "name a file of `lab incident export`"


def serve(
    listen: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Open it to the network of this address of the machine."),
    ] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Its port; 0 takes any.")] = DEFAULT_PORT,
    minutes: Annotated[
        int | None,
        typer.Option(min=1, max=LONGEST_MINUTES, help="Start the session's clock, unless it runs already."),
    ] = None,
    open_board: Annotated[
        bool, typer.Option("--open-board", help="Whoever reaches it may look at the board, for a beamer.")
    ] = False,
    seats: Annotated[int, typer.Option(min=1, max=200, help="How many may join.")] = DEFAULT_SEATS,
    new: Annotated[
        bool, typer.Option("--new", help="Begin another room. The one before is kept beside it.")
    ] = False,
) -> None:
    """Be the host of a room: collect cards, show the board. Ctrl-C ends it; the same command goes on with it.

    Without --listen it is on this machine's loopback alone.
    """
    # Here: the server takes long to import, and an attendee needs none of it.
    from ops.lab.room.host.app import create_app
    from ops.lab.room.host.room_access import RoomAccess, listening_addresses, reached_by
    from ops.lab.web.listening import opened_socket, port_of
    from ops.lab.web.server import serve as serve_pages

    directory, addresses = lab_directory(), listening_addresses(listen)
    with exclusively(directory.room_lock_file), ExitStack() as listeners:
        sockets: list[socket.socket] = []
        for address in addresses:
            opened = opened_socket(
                address,
                port_of(sockets[0]) if sockets else port,
                hint="choose another port: lab room serve --port 8101; or an address that this machine has",
            )
            sockets.append(listeners.enter_context(opened))
        if new and (kept := set_aside(directory.room)):
            out().print(f"[green]✓[/] the room before is kept in {escape(str(kept))}", soft_wrap=True)
        book = RoomBook(directory.room, most_seats=seats)
        if minutes is not None and not book.session.clock.runs:
            book.set_clock(SessionClock.started(minutes, book.now()))
        reached = reached_by(listen)
        access = RoomAccess(port_of(sockets[0]), book.session.token, reached, open_board)
        serve_pages(create_app(book, access), sockets, lambda: _show_room(book, access, listen))


def _show_room(book: RoomBook, access: "RoomAccess", listen: str | None) -> None:
    from ops.lab.room.host.room_access import EVERYWHERE, in_url

    console, code = out(), book.session.code
    console.print(f"[green]✓[/] board  {escape(access.address)}", soft_wrap=True)
    seated = len(book.seats)
    console.print(
        f"  code   [bold]{code}[/]  ({spelled(code)})" + (f"; {seated} have joined before" if seated else ""),
        soft_wrap=True,
    )
    for host in [in_url(each) for each in access.addresses] or ["127.0.0.1"]:
        invitation = escape(str(Invitation(code, host, access.port)))
        console.print(f"  join   lab room join {invitation}", soft_wrap=True)
    if not access.addresses:
        console.print("  on this machine alone; for others: --listen and an address of this machine")
        return
    everywhere = " on every network of this machine" if listen == EVERYWHERE else ""
    looks = "look at the board and " if access.open_board else ""
    console.print(
        f"[yellow]! opened to others:[/] whoever reaches {', '.join(access.addresses)} port {access.port}"
        f"{everywhere} can {looks}try the join code; with the code, take a seat and hand in cards.\n"
        "  It is plain HTTP: others in the same network can read names, cards and the code on their way.\n"
        "  Not opened: your lab, its console, the debrief, the exports, the clock.",
        soft_wrap=True,
    )


def export(
    cards: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[CARD]…", help="Files of `lab incident export`, of laptops without a room."),
    ] = None,
    to: Annotated[
        Path, typer.Option("--to", metavar="FOLDER", help="Where room.json and room.html are written.")
    ] = WORKPLACE / "reports",
    as_json: JsonOption = False,
) -> None:
    """Write everyone's cards as one JSON document, and as one page: of this laptop's room, and of files."""
    from ops.lab.room.host.debrief import AttendeeCards, cards_of
    from ops.lab.room.host.export import RoomExport

    directory = lab_directory()
    collected = {each.name: list(each.cards) for each in cards_of(_kept_seats(directory), time.time())}
    for path in cards or []:
        card = _card_in(path)
        collected.setdefault(card.attendee, []).append(card)
    if not collected:
        raise NotUp(
            "there is no card", hint="name files of `lab incident export`: lab room export CARD.json …"
        )
    attendees = [
        AttendeeCards(name, sorted(collected[name], key=lambda card: card.started_at))
        for name in sorted(collected, key=str.casefold)
    ]
    exported = RoomExport(time.time(), attendees)
    if as_json:
        print(exported.as_json())
        return
    to.mkdir(parents=True, exist_ok=True)
    (to / "room.json").write_text(exported.as_json(), encoding="utf-8")
    (to / "room.html").write_bytes(exported.as_html())
    for name in ("room.html", "room.json"):
        out().print(f"[green]✓[/] {escape(str(to / name))}", soft_wrap=True)


def _kept_seats(directory: LabDirectory) -> "list[Seat]":
    return RoomBook(directory.room).seats if has_room(directory.room) else []


def _card_in(path: Path) -> ScoreCard:
    try:
        return from_json(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise Refused(f"{path} cannot be read: {error}", hint=_CARD_HINT) from None
    except Refused as error:
        raise Refused(f"{path}: {error}", hint=_CARD_HINT) from None
