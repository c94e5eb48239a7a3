"""Sources of the app: what changes their fingerprint, and what does not."""

from pathlib import Path

import pytest

from ops.lab.deployment.app_sources import fingerprint

CONTEXT = {"envName": "dev"}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    for name in ("infra/app.py", "infra/cdk.json", "functions/worker/handler.py", "ops/queries/a.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path


@pytest.mark.parametrize("changed", ["infra/app.py", "functions/worker/handler.py", "ops/queries/a.txt"])
def test_changes_with_any_source(repository: Path, changed: str) -> None:
    before = fingerprint(repository, CONTEXT)
    (repository / changed).write_text("changed")
    assert fingerprint(repository, CONTEXT) != before


def test_changes_when_a_file_is_renamed(repository: Path) -> None:
    before = fingerprint(repository, CONTEXT)
    (repository / "infra/app.py").rename(repository / "infra/main.py")
    assert fingerprint(repository, CONTEXT) != before


def test_changes_with_the_context(repository: Path) -> None:
    assert fingerprint(repository, CONTEXT) != fingerprint(repository, {"envName": "lab"})


@pytest.mark.parametrize(
    "written", ["infra/node_modules/x.js", "infra/cdk.out/a.json", "functions/__pycache__/a.pyc", "infra/.x"]
)
def test_ignores_what_tools_write(repository: Path, written: str) -> None:
    before = fingerprint(repository, CONTEXT)
    path = repository / written
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("noise")
    assert fingerprint(repository, CONTEXT) == before
