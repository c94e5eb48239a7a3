"""Settings of the app, as the lab asks infra for them."""

import json
import sys
from typing import Any

import pytest
from typer.testing import CliRunner

from ops.lab.cli import app
from ops.lab.commands import settings as command
from ops.lab.deployment.app_settings import AppSetting, read_settings
from ops.lab.errors import CommandError

DOCUMENTS: list[dict[str, Any]] = [
    {
        "key": "batchSize",
        "type": "integer",
        "choices": None,
        "default": 10,
        "lab": 5,
        "production": 10,
        "range": [1, 10],
        "meaning": "records that one invocation of the worker gets",
        "used_by": ["worker", "queue"],
        "pipeline": "ingestion",
    },
    {
        "key": "authMode",
        "type": "text",
        "choices": ["none", "apiKey", "jwt"],
        "default": "none",
        "lab": None,
        "production": None,
        "range": None,
        "meaning": "who may call",
        "used_by": "api",
        "pipeline": "integrations",
    },
]


def printing(text: str, status: int = 0) -> list[str]:
    """A command that takes the place of infra."""
    code = f"import sys; sys.stderr.write('the reason\\n'); print({text!r}); sys.exit({status})"
    return [sys.executable, "-c", code]


def test_reads_what_infra_declares() -> None:
    batch_size, auth_mode = read_settings(printing(json.dumps(DOCUMENTS)))
    assert (batch_size.key, batch_size.default, batch_size.lab) == ("batchSize", 10, 5)
    assert (batch_size.range, batch_size.used_by) == ("1 to 10", "worker, queue")
    assert (auth_mode.range, auth_mode.used_by) == ("none, apiKey, jwt", "api")


def test_shows_infra_s_own_reason_where_it_fails() -> None:
    with pytest.raises(CommandError, match="status 3") as failure:
        read_settings(printing("", status=3))
    assert failure.value.hint == "the reason"


@pytest.mark.parametrize("text", ["", "no JSON", '[{"key": "batchSize"}]', "[1]"])
def test_refuses_another_form(text: str) -> None:
    with pytest.raises(CommandError, match="another form"):
        read_settings(printing(text))


@pytest.fixture
def _declared(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [AppSetting.from_document(document) for document in DOCUMENTS]
    monkeypatch.setattr(command, "read_settings", lambda: found)


@pytest.mark.usefixtures("_declared")
def test_the_table_has_a_part_for_each_pipeline() -> None:
    shown = CliRunner().invoke(app, ["settings"], env={"COLUMNS": "160"}).output
    assert [line for line in map(str.strip, shown.splitlines()) if line in {"ingestion", "integrations"}] == [
        "ingestion",
        "integrations",
    ]
    [line] = [line for line in shown.splitlines() if line.startswith("authMode")]
    assert line.split()[:3] == ["authMode", "none", "unset"]


@pytest.mark.usefixtures("_declared")
def test_json_is_what_infra_told() -> None:
    assert json.loads(CliRunner().invoke(app, ["settings", "--json"]).stdout) == DOCUMENTS
