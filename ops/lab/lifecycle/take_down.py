"""Take-down of the lab, as `lab down` does it: stops LocalStack, its functions, the console and the sinks."""

import shutil
from pathlib import Path

from ops.lab.console.serving import console_process
from ops.lab.incidents import incident_process
from ops.lab.local import emulator_process, running_lab
from ops.lab.local.directory import LabDirectory
from ops.lab.sinks import sinks_process


def take_down(directory: LabDirectory, *, purge: bool = False) -> list[str]:
    """Return what was done, a line each; empty where nothing was up and nothing was left.

    `purge` also removes the synthesized app and the logs, which otherwise stay.
    """
    done = []
    if pid := incident_process.drop(directory):
        done.append(f"ended the incident (process {pid})")
    if lab := running_lab.living(directory.state_file):
        emulator_process.stop(lab.emulator)
        done.append(f"stopped LocalStack (process {lab.pid}, port {lab.port}) and its functions")
    running_lab.forget(directory.state_file)
    if sinks := sinks_process.living(directory):
        sinks_process.stop(directory, sinks)
        done.append(f"stopped the sinks (process {sinks.pid})")
    if console := console_process.living(directory):
        console_process.stop(directory, console)
        done.append(f"stopped the console (process {console.pid}, port {console.port})")
    for path in _left_behind(directory, purge):
        if path.exists():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
            done.append(f"removed {path}")
    return done


def _left_behind(directory: LabDirectory, purge: bool) -> list[Path]:
    # By name, never the folder as a whole: LAB_DIR may name one that holds other things.
    if not purge:
        return [directory.emulator]
    logs = [
        directory.emulator_log,
        directory.cdk_log,
        directory.setup_log,
        directory.sinks_log,
        directory.console_log,
        directory.room_member_log,
        directory.errors_log,
    ]
    return [directory.emulator, directory.assembly, *logs]
