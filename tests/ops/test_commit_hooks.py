"""What runs before each commit is what `make test` runs, by programs that are there."""

import shlex
from typing import Any

import pytest
from pre_commit.clientlib import load_config

from ops.checks import CHECKS
from ops.lab.repository import REPOSITORY

CONFIGURATION = load_config(REPOSITORY / ".pre-commit-config.yaml")  # which checks its schema, too
HOOKS: dict[str, dict[str, Any]] = {
    hook["id"]: hook for repository in CONFIGURATION["repos"] for hook in repository["hooks"]
}
AS_CHECKS = ("style", "format", "types", "security")


@pytest.mark.parametrize("name", AS_CHECKS)
def test_a_hook_runs_the_command_of_the_check_of_its_name(name: str) -> None:
    commands = {check.name: check.command for check in CHECKS}

    assert HOOKS[name]["entry"] == f".venv/bin/{commands[name]}"


def test_the_templates_are_synthesized_by_the_cdk_command_line() -> None:
    assert HOOKS.keys() == {*AS_CHECKS, "synth"}
    assert HOOKS["synth"]["entry"] == ".venv/bin/python -m ops.synth"
    assert (REPOSITORY / "ops" / "synth.py").is_file()
    assert (REPOSITORY / "infra/node_modules/.bin/cdk").exists()


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_needs_no_network_and_its_program_is_installed(name: str) -> None:
    program, *_ = shlex.split(HOOKS[name]["entry"])

    # What pre-commit makes of `system`: it installs nothing for the hook.
    assert HOOKS[name]["language"] == "unsupported"
    assert (REPOSITORY / program).is_file()


def test_every_repository_of_hooks_is_this_one() -> None:
    assert {repository["repo"] for repository in CONFIGURATION["repos"]} == {"local"}
