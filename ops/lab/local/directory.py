"""Folder where the lab keeps what it writes: the one that LAB_DIR names, else `.lab` in its workplace."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ops.lab.repository import WORKPLACE


@dataclass(frozen=True)
class LabDirectory:
    """The paths of one lab. Two labs on one machine need two directories and two ports."""

    root: Path

    @property
    def state_file(self) -> Path:
        return self.root / "state.json"

    @property
    def lock_file(self) -> Path:
        return self.root / "lock"

    @property
    def watch_lock_file(self) -> Path:
        """Lock of `lab up --watch`, beside that of the commands, which it holds only while it acts."""
        return self.root / "watch.lock"

    def account_lock_file(self, env_name: str) -> Path:
        """Lock of what this machine does to an environment in an account."""
        return self.root / f"account-{env_name}.lock"

    @property
    def redrive_lock_file(self) -> Path:
        """Lock of `lab files redrive`, which has no job in the app."""
        return self.root / "files-redrive.lock"

    @property
    def emulator(self) -> Path:
        """What LocalStack writes. Gone with `lab down`."""
        return self.root / "emulator"

    @property
    def emulator_log(self) -> Path:
        """Outlives `lab down`, to be read after a crash."""
        return self.root / "emulator.log"

    @property
    def assembly(self) -> Path:
        """The synthesized app. Kept, so that the next `lab up` need not synthesize it again."""
        return self.root / "cdk.out"

    @property
    def account_assembly(self) -> Path:
        """The app as synthesized for a real account."""
        return self.root / "cdk.aws.out"

    @property
    def cdk_log(self) -> Path:
        return self.root / "cdk.log"

    @property
    def errors_log(self) -> Path:
        """Tracebacks of commands that failed in a way they did not foresee."""
        return self.root / "errors.log"

    @property
    def purged(self) -> Path:
        """Messages that `lab dlq purge` and `lab files set-aside` deleted, a file for each time. No
        command removes them."""
        return self.root / "purged"

    @property
    def clients(self) -> Path:
        """Settings of the clients that an incident brings along, which end with it."""
        return self.root / "clients"

    @property
    def console_journal(self) -> Path:
        """What was changed by the console, and at the lab by some commands, a JSON line each. No command
        removes it."""
        return self.root / "console-journal.jsonl"

    def drill_progress(self, account_env: str | None = None) -> Path:
        """What the latest drill does, a JSON line each: on the lab, or on an environment in an account."""
        return self.root / (f"drill-progress-{account_env}.jsonl" if account_env else "drill-progress.jsonl")

    @property
    def console_drill_log(self) -> Path:
        """What the latest drill that the console started wrote."""
        return self.root / "console-drill.log"

    @property
    def console_file(self) -> Path:
        """The console that `lab up` started, with its token: readable by its user alone."""
        return self.root / "console.json"

    @property
    def console_log(self) -> Path:
        return self.root / "console.log"

    @property
    def room(self) -> Path:
        """The room that this laptop is the host of, with everyone's cards. No command removes it."""
        return self.root / "room"

    @property
    def room_lock_file(self) -> Path:
        return self.root / "room.lock"

    @property
    def room_membership(self) -> Path:
        """The room that this laptop has joined, with its token: readable by its user alone."""
        return self.root / "room-member.json"

    @property
    def room_member_lock_file(self) -> Path:
        return self.root / "room-member.lock"

    @property
    def room_member_log(self) -> Path:
        return self.root / "room-member.log"

    @property
    def incident(self) -> Path:
        """Folder of the incident that goes on, or went on last."""
        return self.root / "incident"

    @property
    def setup_log(self) -> Path:
        return self.root / "setup.log"

    @property
    def bench(self) -> Path:
        """What the emulators of the latest benchmark wrote."""
        return self.root / "bench"

    @property
    def bench_lock_file(self) -> Path:
        return self.root / "bench.lock"

    @property
    def ministack(self) -> Path:
        """The environment of the emulator that benchmarks compare with. Kept for the next one."""
        return self.root / "ministack"

    @property
    def sinks_file(self) -> Path:
        return self.root / "sinks.json"

    @property
    def sinks_lock_file(self) -> Path:
        return self.root / "sinks.lock"

    @property
    def sinks_log(self) -> Path:
        return self.root / "sinks.log"


def lab_directory(environ: Mapping[str, str] = os.environ) -> LabDirectory:
    return LabDirectory(Path(environ.get("LAB_DIR") or WORKPLACE / ".lab").resolve())
