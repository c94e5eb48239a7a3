"""Context of the console: what every page works with, one for each start."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request

from ops.lab.app.target import Target
from ops.lab.console.access import ConsoleAccess
from ops.lab.console.action_journal import ActionJournal
from ops.lab.console.drill_control import DrillControl
from ops.lab.console.poller import Poller
from ops.lab.console.target_link import TargetLink


@dataclass(frozen=True)
class ConsoleContext:
    """`refuse_beside_others` raises Refused while a drill or a deployment is at work on the target.

    `drills` starts, follows and stops drills there; `reports` is the folder of their runs. `where` names the
    target for the page's head.
    """

    link: TargetLink
    poller: Poller
    access: ConsoleAccess
    journal: ActionJournal
    refuse_beside_others: Callable[[], None]
    drills: DrillControl
    reports: Path
    where: str

    @property
    def target(self) -> Target:
        """The target as it is now. Raises NotUp or Refused where there is none."""
        return self.link.target()


def context_of(request: Request) -> ConsoleContext:
    """The console that serves the request."""
    context: ConsoleContext = request.app.state.console
    return context
