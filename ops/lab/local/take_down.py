"""`lab down`: stop LocalStack, its functions and the sinks, and forget what they wrote."""

import shutil
from pathlib import Path

from ops.lab.local import emulator_process, state
from ops.lab.local.directory import LabDirectory
from ops.lab.sinks import process as sinks_process


def take_down(directory: LabDirectory, *, purge: bool = False) -> list[str]:
    """Return what was done, a line each; empty where nothing was up and nothing was left.

    `purge` also removes the synthesized app and the logs, which otherwise stay.
    """
    done = []
    if lab := state.living(directory.state_file):
        emulator_process.stop(lab.emulator)
        directory.state_file.unlink(missing_ok=True)
        done.append(f"stopped LocalStack (process {lab.pid}, port {lab.port}) and its functions")
    if sinks := sinks_process.living(directory):
        sinks_process.stop(directory, sinks)
        done.append(f"stopped the sinks (process {sinks.pid})")
    for doomed in _kept_for_nobody(directory, purge):
        if doomed.exists():
            shutil.rmtree(doomed) if doomed.is_dir() else doomed.unlink()
            done.append(f"removed {doomed}")
    return done


def _kept_for_nobody(directory: LabDirectory, purge: bool) -> list[Path]:
    # By name, never the folder as a whole: LAB_DIR may name one that holds other things.
    if not purge:
        return [directory.emulator]
    logs = [directory.emulator_log, directory.cdk_log, directory.sinks_log]
    return [directory.emulator, directory.assembly, *logs]
