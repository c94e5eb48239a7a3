"""Sealed room: a network namespace with loopback alone, and a home with nothing in it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

# In the new namespace: bring loopback up (netdevice(7): SIOCSIFFLAGS, IFF_UP, IFF_RUNNING), run the command.
_ENTER = """
import fcntl, os, socket, struct, sys
assert [name for _, name in socket.if_nameindex()] == ["lo"]
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
    fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 0x1 | 0x40))
os.execvp(sys.argv[1], sys.argv[1:])
"""
# All that a machine's person has set: where programs are, and nothing of networks, packages or proxies.
_KEPT = ("PATH", "LANG", "LC_ALL", "TERM", "USER", "LD_LIBRARY_PATH")


@dataclass(frozen=True)
class SealedRoom:
    """`home` and `temporary` are folders of its own."""

    home: Path
    temporary: Path

    def run(
        self, *command: str, folder: Path, limit_seconds: float, **variables: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run to the end; both outputs are in `stdout`."""
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        return subprocess.run(
            ["unshare", "--map-root-user", "--net", sys.executable, "-c", _ENTER, *command],
            cwd=folder,
            env=environment | {"HOME": str(self.home), "TMPDIR": str(self.temporary)} | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=limit_seconds,
            check=False,
        )

    def refusal(self) -> str:
        """Why there can be no such room on this machine; nothing where there can."""
        try:
            tried = self.run("true", folder=self.home, limit_seconds=60)
        except FileNotFoundError as error:
            return str(error)
        return (
            "" if tried.returncode == 0 else f"no network namespace can be made here: {tried.stdout.strip()}"
        )
