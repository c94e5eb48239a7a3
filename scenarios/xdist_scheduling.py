"""Scheduling of pytest-xdist: which process runs which scenarios."""

import re

from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

_DOCUMENTS = re.compile(r"/test_runbooks\.py.*-(runbooks|gamedays|docs)/")
_CONSOLE = re.compile(r"(^|/)console/test_\w+\.py")
_INCIDENTS = re.compile(r"/test_incidents\.py.*-(expert|other)\]")
_FILES = re.compile(r"(^|/)files/test_(\w+)\.py")
_DIRECT_DRILLS = re.compile(r"(^|/)test_drills\.py.*\[direct\b")
_TOPOLOGY = re.compile(r"\[(as deployed|direct|orchestrated)\b")
# What begins last should be short, so that no process works on alone for long.
_LONGEST_FIRST = (
    "orchestrated",
    "runbooks",
    "direct drills",
    "direct",
    "console",
    "incidents other",
    "incidents expert",
    "gamedays",
    "files",
    "files drills",
)


class TopologyScheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist is untyped
    """Keeps the tests of one share in one process, since each process deploys what its tests need.

    Shares mostly wait for clocks, so more of them than cores run side by side: one for each topology, the
    drills of the first one, the runbooks, the gamedays with the interview notes, the drills of the files
    pipeline, its other scenarios, the console, and the incidents: those that the expert repairs, and those
    that others do. In place of `--dist loadgroup`, whose marks xdist 3.8 loses with pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        if found := _DOCUMENTS.search(nodeid):
            return "runbooks" if found[1] == "runbooks" else "gamedays"
        if _CONSOLE.search(nodeid):
            return "console"
        if found := _FILES.search(nodeid):
            return "files drills" if found[2] == "drills" else "files"
        if found := _INCIDENTS.search(nodeid):
            return f"incidents {found[1]}"
        if _DIRECT_DRILLS.search(nodeid):
            return "direct drills"
        found = _TOPOLOGY.search(nodeid)
        return found[1] if found else nodeid

    def _assign_work_unit(self, node: WorkerController) -> None:
        """Give the longest share that is left; xdist would give that of the most tests, however short."""
        self.workqueue.move_to_end(min(self.workqueue, key=_place), last=False)
        super()._assign_work_unit(node)


def _place(share: str) -> int:
    """Where a share stands in the order in which they are given out; an unknown one comes last."""
    return _LONGEST_FIRST.index(share) if share in _LONGEST_FIRST else len(_LONGEST_FIRST)
