"""How much memory a function process holds, and held at most."""

import contextlib
import sys
from pathlib import Path

import psutil

# What clears the peak when it is written to /proc/PID/clear_refs (proc(5)).
RESET_PEAK = "5"


class ProcessMemory:
    """Resident memory by the kernel's own account, pages that are shared with other processes included.

    Any number is 0 once the process is gone, and where the system keeps no peak it is what is held now.
    """

    def __init__(self, pid: int) -> None:
        self._pid = pid

    def forget_peak(self) -> None:
        """Let the peak be counted from now on, so that it is one invocation's and not all before it."""
        if sys.platform == "linux":
            with contextlib.suppress(OSError):
                Path(f"/proc/{self._pid}/clear_refs").write_text(RESET_PEAK)

    def peak_bytes(self) -> int:
        return self._status("VmHWM")

    def resident_bytes(self) -> int:
        return self._status("VmRSS")

    def _status(self, field: str) -> int:
        with contextlib.suppress(OSError, IndexError, psutil.Error):
            if sys.platform == "linux":
                status = Path(f"/proc/{self._pid}/status").read_text()
                return int(status.partition(f"{field}:")[2].split()[0]) * 1024
            return int(psutil.Process(self._pid).memory_info().rss)
        return 0
