"""Process table of this machine: the program of a process id, its folder, and what belongs to it."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

# The module by which a lab's LocalStack is recognized in its command line.
PROGRAM = "lab_emulator"
_PROC = Path("/proc")  # Linux; elsewhere `ps` answers, which slim Linux images lack


@dataclass(frozen=True)
class _Row:
    """One process. `status` is a letter, Z for a zombie, and what `ps` adds to it."""

    pid: int
    status: str
    parent: int
    group: int


def runs_emulator(pid: int) -> bool:
    """Whether process `pid` lives and is a lab's LocalStack, not a later owner of the same number."""
    return PROGRAM in command_line(pid)


def command_line(pid: int) -> str:
    """The command that started process `pid`; empty where there is none, also for a zombie."""
    if not _has_proc():
        return _ps("-o", "command=", "-p", str(pid)).strip()
    try:
        return (_PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def working_folder(pid: int) -> str:
    """The folder that process `pid` works in; empty where it has ended or is another user's. Linux only."""
    try:
        return str((_PROC / str(pid) / "cwd").readlink())
    except OSError:
        return ""


def members_of_group(group: int) -> list[int]:
    """The living processes of process group `group`; zombies do not count."""
    return [row.pid for row in _rows() if row.group == group and not row.status.startswith("Z")]


def cpu_seconds(pid: int) -> float:
    """The processor's time that process `pid` and its ended children have used; 0 where it has ended."""
    if not _has_proc():
        return _clock_seconds(_ps("-o", "time=", "-p", str(pid)).strip())
    return sum(cpu_times(pid))


def cpu_times(pid: int) -> tuple[float, float]:
    """Seconds of the processor: of process `pid` itself, and of its ended children. Linux only.

    Both are 0 where it has ended.
    """
    try:
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0, 0.0
    # utime, stime, cutime and cstime are fields 14 to 17; the split begins at field 3 (proc(5)).
    user, system, ended_user, ended_system = map(int, fields[11:15])
    ticks = os.sysconf("SC_CLK_TCK")
    return (user + system) / ticks, (ended_user + ended_system) / ticks


def descendants(pid: int) -> list[int]:
    """The children of process `pid` and theirs, in whatever group they are."""
    rows = _rows()
    found = [pid]
    for ancestor in found:  # grows while it is walked
        found.extend(row.pid for row in rows if row.parent == ancestor)
    return found[1:]


def _rows() -> list[_Row]:
    return _stat_rows() if _has_proc() else _ps_rows()


def _has_proc() -> bool:
    return (_PROC / "self").exists()


def _stat_rows() -> list[_Row]:
    rows = []
    for stat in _PROC.glob("[0-9]*/stat"):
        try:
            # "pid (name) state ppid pgrp …": the name may hold spaces and parentheses (proc(5)).
            status, parent, group = stat.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue  # ended since the listing
        rows.append(_Row(int(stat.parent.name), status, int(parent), int(group)))
    return rows


def _ps_rows() -> list[_Row]:
    rows = (line.split() for line in _ps("-A", "-o", "pid=,stat=,ppid=,pgid=").splitlines())
    return [_Row(int(pid), status, int(parent), int(group)) for pid, status, parent, group in rows]


def _clock_seconds(text: str) -> float:
    """Seconds of "[[dd-]hh:]mm:ss[.cc]", as `ps` writes a time; 0 of an empty text."""
    days, _, clock = text.rpartition("-")
    seconds = 0.0
    for part in clock.split(":") if clock else ():
        seconds = seconds * 60 + float(part)
    return seconds + 86_400 * int(days or 0)


def _ps(*arguments: str) -> str:
    return subprocess.run(["ps", *arguments], capture_output=True, text=True, check=False).stdout
