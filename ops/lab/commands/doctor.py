"""`lab doctor` and `lab setup`: what the lab needs of this machine, checked and installed."""

import json
from dataclasses import asdict

from ops.lab.errors import CommandError
from ops.lab.lifecycle.doctor import Diagnosis, examine
from ops.lab.lifecycle.setup import set_up
from ops.lab.local.child_process import ChildProcesses
from ops.lab.local.directory import lab_directory
from ops.lab.local.ports import chosen_port
from ops.lab.options import JsonOption
from ops.lab.progress import steps_on
from ops.lab.terminal import escape, out


def doctor(as_json: JsonOption = False) -> None:
    """Check what the lab needs, each with what to do about it. Ends with 1 where something is broken."""
    findings = []
    for finding in examine(lab_directory(), chosen_port()):
        findings.append(finding)
        if not as_json:
            _show(finding)
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], indent=2))
    elif not any(finding.subject == "extension" for finding in findings):
        out().print("[dim]· extension   not checked: no LocalStack runs; lab up checks each part[/]")
    if broken := [finding.subject for finding in findings if not finding.well]:
        raise CommandError(f"not well: {', '.join(broken)}")


def setup() -> None:
    """Install what `lab up` needs and pip does not bring. In a checkout, `make setup` does it."""
    children = ChildProcesses(lab_directory().setup_log)
    try:
        with steps_on(out()) as steps:
            set_up(children.run, steps)
    finally:
        children.end_all()


def _show(finding: Diagnosis) -> None:
    mark = "[green]✓[/]" if finding.well else "[red]✗[/]"
    remedy = "" if finding.well else f"  [yellow]→ {escape(finding.remedy)}[/]"
    out().print(f"{mark} {finding.subject:<14}{escape(finding.seen)}{remedy}", soft_wrap=True)
