"""Ground for drills: the deployed app, as the place where scenarios carry them out."""

import sys
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from ops.lab.app.target import Target
from ops.lab.drills import catalog
from ops.lab.drills.conduct import conduct
from ops.lab.drills.journal import DrillJournal
from ops.lab.drills.report_folder import ReportFolder
from ops.lab.drills.watcher import PlainWatcher
from ops.lab.repository import WORKPLACE

# Where pytest runs them, several emulators share the machine. A drill that holds takes no longer for it.
_SHARED_MACHINE = 2.0


@dataclass(frozen=True)
class DrillGround:
    """`scrap` takes the reports that are not kept."""

    target: Target
    topology: str
    engine: str
    scrap: Path

    def carry_out(self, name: str, *, without_repair: bool = False) -> DrillJournal:
        """The drill's journal. It stays in `reports/`, unless the repair was left out on purpose."""
        return conduct(
            catalog.load(name),
            self.target,
            ReportFolder(self.scrap if without_repair else self._kept),
            watcher=PlainWatcher(Console(file=sys.stdout, width=160, highlight=False)),
            without_repair=without_repair,
            engine=self.engine,
            more_patience=1.0 if without_repair else _SHARED_MACHINE,  # what cannot hold waits in vain
        )

    @property
    def _kept(self) -> Path:
        reports = WORKPLACE / "reports"
        return reports / self.topology if self.topology == "orchestrated" else reports


def told(journal: DrillJournal) -> str:
    """The reason first, then every check that was missed."""
    missed = [record.complaint for record in journal.missed]
    return "\n".join([f"{journal.verdict}: {journal.reason}", *missed])
