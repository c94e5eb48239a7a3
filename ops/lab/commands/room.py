"""`lab room`: `serve`, `export`, `join`, `leave` and `status`."""

import json
import time
from typing import Any

import typer

from ops.lab.commands import room_host, room_member
from ops.lab.local.command_lock import at_work, in_words
from ops.lab.local.directory import LabDirectory, lab_directory
from ops.lab.options import JsonOption
from ops.lab.room.host.room_book import has_room
from ops.lab.room.host.shown_times import clock_of
from ops.lab.room.member import member_process
from ops.lab.room.member.membership import RoomMembership, membership_of, read_membership
from ops.lab.terminal import escape, out

app = typer.Typer(
    no_args_is_help=True,
    help="The room of a workshop: a facilitator's board of everyone's cards. No incident needs one.",
)
app.command()(room_host.serve)
app.command()(room_member.join)
app.command(hidden=True)(room_member.attend)


@app.command()
def status(as_json: JsonOption = False) -> None:
    """Show the room that this laptop has joined, or is the host of. Ends with 4 where it is neither."""
    directory = lab_directory()
    membership, hosts = read_membership(directory.room_membership), has_room(directory.room)
    if membership is None and not hosts:
        if as_json:
            print(json.dumps({"member": None, "host": None}))
        membership_of(directory.room_membership)  # says what to do
    sending = member_process.living(directory)
    host = _host_status(directory) if hosts else None
    if as_json:
        member = None
        if membership:
            member = {
                "host": membership.host,
                "port": membership.port,
                "name": membership.name,
                "sending_pid": sending.pid if sending else None,
                "unsent_cards": len(membership.unsent),
                "heard_at": membership.heard_at,
                "seconds_left": membership.clock,
                "away": membership.away,
                "refused": [each.refused for each in membership.cards.values() if each.refused],
            }
        print(json.dumps({"member": member, "host": host}, indent=2))
        return
    if membership:
        _show_membership(membership, sending is not None)
    if host:
        state = f"process {host['pid']}" if host["pid"] else "does not run: lab room serve"
        out().print(f"host    code {host['code']}, {host['attendees']} attendees, {state}", soft_wrap=True)


def _host_status(directory: LabDirectory) -> dict[str, Any]:
    working, book = (
        at_work(directory.room_lock_file),
        json.loads((directory.room / "session.json").read_text()),
    )
    seats = len(list((directory.room / "seats").glob("*.json")))
    return {"code": book["code"], "attendees": seats, "pid": working.pid if working else None}


def _show_membership(membership: RoomMembership, sending: bool) -> None:
    console = out()
    console.print(
        f"member  as [bold]{escape(membership.name)}[/] in the room at {escape(membership.where)}",
        soft_wrap=True,
    )
    if not sending:
        console.print("  [yellow]nothing is sent[/]: lab room join with the same invitation goes on")
    elif membership.away:
        console.print(f"  [yellow]![/] {escape(membership.away)}; this goes on by itself", soft_wrap=True)
    if membership.heard_at is not None:
        console.print(f"  heard of it {in_words(time.time() - membership.heard_at)} ago")
    if membership.clock is not None:
        console.print(f"  left of the session then: {clock_of(membership.clock)}")
    waiting = len(membership.unsent)
    console.print(f"  {len(membership.cards)} cards, {waiting} of them still to be sent")
    for each in membership.cards.values():
        if each.refused:
            console.print(f"  [red]✗[/] {escape(each.refused)}", soft_wrap=True)


app.command()(room_member.leave)
app.command()(room_host.export)
