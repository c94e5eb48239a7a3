"""Context of the console: what every page works with, one for each start."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import Request

from ops.lab.app.target import Target
from ops.lab.console.changes.action_journal import ActionJournal
from ops.lab.console.changes.background_job import BackgroundJobSlot
from ops.lab.console.changes.drill_control import DrillControl
from ops.lab.console.looking.files_watch import FilesWatch
from ops.lab.console.looking.poller import Poller
from ops.lab.console.looking.target_link import TargetLink
from ops.lab.console.serving.access import ConsoleAccess
from ops.lab.incidents.session import IncidentSession


@dataclass(frozen=True)
class ConsoleContext:
    """`refuse_beside_others` raises Refused while a drill or a deployment is at work on the target.

    `drills` starts, follows and stops drills there; `reports` is the folder of their runs. `where` names the
    target for the page's head. `incident` gives the one that goes on here, or raises NotUp. `sending` and
    `uploading` are what the console sends in the background, `files` what it has seen of the files pipeline.
    """

    link: TargetLink
    poller: Poller
    access: ConsoleAccess
    journal: ActionJournal
    refuse_beside_others: Callable[[], None]
    drills: DrillControl
    reports: Path
    where: str
    incident: Callable[[], IncidentSession]
    sending: BackgroundJobSlot = field(default_factory=BackgroundJobSlot)
    uploading: BackgroundJobSlot = field(default_factory=BackgroundJobSlot)
    files: FilesWatch = field(default_factory=FilesWatch)

    @property
    def target(self) -> Target:
        """The target as it is now. Raises NotUp or Refused where there is none."""
        return self.link.target()


def context_of(request: Request) -> ConsoleContext:
    """The console that serves the request."""
    context: ConsoleContext = request.app.state.console
    return context
