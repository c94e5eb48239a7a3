"""`lab room join` and `lab room leave`, on an attendee's laptop."""

import sys
import time
from typing import Annotated

import typer

from ops.lab.errors import CommandError, Interrupted, Refused
from ops.lab.incidents.card import ScoreCard
from ops.lab.local.command_lock import exclusively
from ops.lab.local.directory import LabDirectory, lab_directory
from ops.lab.room.attendee_name import LONGEST_NAME, checked_name, key_of
from ops.lab.room.invitation import Invitation
from ops.lab.room.member import member_process
from ops.lab.room.member.attendance import Attendance, CardSource, deliver
from ops.lab.room.member.host_link import HostAway, HostLink, LaptopUnknown
from ops.lab.room.member.membership import RoomMembership, membership_of, read_membership
from ops.lab.terminal import escape, out


def join(
    invitation: Annotated[
        str, typer.Argument(metavar="CODE@HOST[:PORT]", help="As the facilitator says it.")
    ],
    name: Annotated[
        str | None,
        typer.Option("--as", metavar="NAME", help=f"On the board; up to {LONGEST_NAME} characters."),
    ] = None,
    foreground: Annotated[
        bool, typer.Option("--foreground", help="Send from this terminal until Ctrl-C, and say what happens.")
    ] = False,
) -> None:
    """Join a room: send signs of life and the cards of your incidents to its host, and nothing else.

    It goes on in the background until `lab room leave`. After a restart of this laptop, join again in the
    same way: the seat and the cards are kept.
    """
    directory, invited = lab_directory(), Invitation.read(invitation)
    if working := member_process.living(directory):
        raise Refused(f"{working}", hint="it is `lab room leave` that ends it")
    membership = _joined(directory, invited, name)
    out().print(
        f"[green]✓[/] in the room at {escape(membership.where)} as [bold]{escape(membership.name)}[/]",
        soft_wrap=True,
    )
    out().print("  sent: a sign of life every few seconds, and the card of each `lab incident`")
    if foreground:
        _attend(directory)
        return
    started = member_process.start(directory)
    out().print(f"  in the background (process {started.pid}); `lab room status`, `lab room leave`")


def _joined(directory: LabDirectory, invited: Invitation, name: str | None) -> RoomMembership:
    """The membership of before, where the room still knows this laptop, or a new one."""
    known = read_membership(directory.room_membership)
    link = HostLink(invited.host, invited.port)
    try:
        if known and (known.host, known.port) != (invited.host, invited.port):
            raise Refused(
                f"this laptop is in the room at {known.where} as {known.name}", hint="first: lab room leave"
            )
        if known and name is not None and key_of(checked_name(name)) != key_of(known.name):
            raise Refused(f"this laptop is in that room as {known.name}", hint="first: lab room leave")
        if known:
            try:
                link.heartbeat(known.token)
                return known
            except HostAway:
                return known  # it goes on by itself once the host is back
            except LaptopUnknown:
                name = name or known.name
        answer = link.join(invited.code, checked_name(name or _asked_name()))
    finally:
        link.close()
    now = time.time()
    joined = RoomMembership(invited.host, invited.port, answer["name"], answer["token"], joined_at=now)
    joined = joined.answered(answer, now)
    for waiting in known.unsent if known else ():
        joined = joined.with_card(waiting.card)
    joined.write(directory.room_membership)
    return joined


def _asked_name() -> str:
    if not sys.stdin.isatty():
        raise Refused("the board needs a name for you", hint="lab room join CODE@HOST --as NAME")
    return str(typer.prompt("Your name on the board"))


def attend() -> None:
    """Send for the room that this laptop has joined: what `lab room join` starts."""
    _attend(lab_directory())


def _attend(directory: LabDirectory) -> None:
    attendance = Attendance(
        directory.room_membership, incident_cards(directory), lambda line: print(line, flush=True)
    )
    with exclusively(directory.room_member_lock_file):
        try:
            attendance.run()
        except KeyboardInterrupt:
            raise Interrupted("nothing is sent any more; your seat and your cards stay in the room") from None


def incident_cards(directory: LabDirectory) -> CardSource:
    """The card of `lab incident`; while none was started, or its files cannot be read, there is none."""
    from ops.lab.incidents.session import IncidentSession  # here: it brings the drills and the SDK

    def card() -> ScoreCard | None:
        try:
            return IncidentSession.of(directory).card()
        except CommandError:
            return None

    return card


def leave(
    anyway: Annotated[
        bool,
        typer.Option("--anyway", help="Also where cards are not sent yet; yours stay in `lab incident`."),
    ] = False,
) -> None:
    """Leave the room: send what is not sent yet, and forget it. Your cards stay there."""
    directory = lab_directory()
    if working := member_process.living(directory):
        member_process.stop(working)
    path = directory.room_membership
    membership = membership_of(path)
    link = HostLink(membership.host, membership.port)
    try:
        deliver(path, incident_cards(directory))
        link.leave(membership.token)
    except LaptopUnknown:
        pass  # it has been left already, as far as the room knows
    except HostAway as error:
        waiting = len(membership_of(path).unsent)
        if waiting and not anyway:
            raise Refused(
                f"{error}; not sent yet: {waiting} card{'s' if waiting != 1 else ''}",
                hint="try again once it answers; to give them up: lab room leave --anyway",
            ) from None
    finally:
        link.close()
    path.unlink(missing_ok=True)
    out().print(f"[green]✓[/] left the room at {escape(membership.where)}", soft_wrap=True)
