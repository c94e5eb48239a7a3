"""Scheduling of pytest-xdist: which process runs which scenarios."""

import re

from xdist.scheduler import LoadScopeScheduling

_DOCUMENTS = re.compile(r"/test_runbooks\.py")
_FILES = re.compile(r"(^|/)files/test_\w+\.py")
_TOPOLOGY = re.compile(r"\[(as deployed|direct|orchestrated)\b")


class TopologyScheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist is untyped
    """Keeps the tests of one topology in one process, since each process deploys what its tests need.

    The runbooks, which mostly wait, are a third share, and the files pipeline is a fourth. In place of
    `--dist loadgroup`, whose marks xdist 3.8 loses with pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        if _DOCUMENTS.search(nodeid):
            return "documents"
        if _FILES.search(nodeid):
            return "files"
        found = _TOPOLOGY.search(nodeid)
        return found[1] if found else nodeid
