"""What a page shows of a failure that nobody foresaw."""

import pytest
from starlette.testclient import TestClient

from ops.lab.console.alarms import runbooks
from ops.lab.console.context import ConsoleContext
from ops.lab.console.serving.app import create_app
from tests.ops.console.conftest import HOST


def test_a_wrong_address_leads_to_the_pipeline(context: ConsoleContext) -> None:
    answer = TestClient(create_app(context), base_url=f"http://{HOST}").get("/nowhere")
    assert answer.status_code == 404
    assert "the console has no such page" in answer.text
    assert '<a href="/">To the pipeline</a>' in answer.text


@pytest.mark.parametrize("of_part", [False, True])
def test_a_fault_of_the_console_is_seen_in_the_page(
    context: ConsoleContext, monkeypatch: pytest.MonkeyPatch, of_part: bool
) -> None:
    def fail() -> None:
        raise ZeroDivisionError("<script>secret</script>")

    monkeypatch.setattr(runbooks, "index", fail)
    client = TestClient(create_app(context), base_url=f"http://{HOST}", raise_server_exceptions=False)
    answer = client.get("/runbooks", headers={"HX-Request": "true"} if of_part else {})
    assert answer.status_code == 500
    assert '<p class="problem"><b>the console could not do this: ZeroDivisionError</b>' in answer.text
    assert "secret" not in answer.text
    assert ("<nav" in answer.text) is not of_part
