"""The page of the levers: what is in force beside the template, set and put back, with the journal."""

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from ops.lab.actions.levers import LEVERS
from ops.lab.app.target import Target
from ops.lab.console.looking.background_answer import BackgroundAnswer
from ops.lab.errors import NotUp
from tests.ops.console.shown_page import HOSTILE, ShownPage
from tests.ops.console.test_story_page import client_of
from tests.ops.deployed_worker import deploy_worker

HTMX = {"HX-Request": "true"}


@pytest.fixture
def client(target: Target, tmp_path: Path) -> TestClient:
    deploy_worker(target)
    return client_of(target, tmp_path)


def now(client: TestClient, lever: str) -> str:
    text = client.get("/levers/now").text
    [place] = [each for each in text.split("</span><span") if f'id="now-{lever}"' in each]
    return ShownPage(f"<span{place}").text.strip()


def journal(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(each) for each in (folder / "journal.jsonl").read_text().splitlines()]


def test_every_lever_is_shown_with_its_template_and_what_makes_it_last(client: TestClient) -> None:
    page = ShownPage(client.get("/levers").text)
    for lever in LEVERS:
        assert lever.name in page.text
        assert f"-c {lever.setting}" in page.text
    assert "0 to 43,200 s" in page.text
    assert "Delivery to the worker: Enabled" in page.text
    labels = {attributes.get("for") for tag, attributes in page.elements if tag == "label"}
    assert {f"value-{lever.name}" for lever in LEVERS} <= labels


def test_a_lever_is_set_told_and_in_the_journal(client: TestClient, target: Target, tmp_path: Path) -> None:
    answer = client.post("/levers/set", data={"lever": "visibility", "value": "60"})
    assert "VisibilityTimeout 19 to 60" in answer.text
    assert answer.headers["HX-Trigger"] == "levers-changed"
    assert "60" in now(client, "visibility")
    assert "by hand" in now(client, "visibility")
    assert "queueVisibilitySeconds=60" in client.get("/levers/now").text
    [record] = journal(tmp_path)
    assert (record["title"], record["detail"], record["done"]) == ("Set visibility", {"value": "60"}, True)

    client.post("/levers/reset", data={"lever": "visibility"})
    assert now(client, "visibility").split() == ["19", "s"]


def test_all_are_put_back_at_once(client: TestClient, target: Target, tmp_path: Path) -> None:
    client.post("/levers/set", data={"lever": "batch-size", "value": "1"})
    client.post("/levers/set", data={"lever": "reserved-concurrency", "value": "4"})
    client.post("/levers/set", data={"lever": "event-schema", "value": "v2"})
    answer = client.post("/levers/reset-all")
    assert "BatchSize: 1 to 5" in answer.text
    assert now(client, "reserved-concurrency") == "none"
    assert "where the template has it" in client.post("/levers/reset-all").text
    assert len(journal(tmp_path)) == 5


def test_a_visibility_that_is_too_short_is_pointed_out(client: TestClient) -> None:
    assert (
        "only for a rehearsal" in client.post("/levers/set", data={"lever": "visibility", "value": "4"}).text
    )
    assert "only for a rehearsal" in client.get("/levers").text


@pytest.mark.parametrize(
    ("lever", "value", "hint"),
    [
        ("visibility", "43201", "0 to 43,200 s"),
        ("visibility", "none", "a number"),
        ("visibility", "", "a number"),
        ("visibility", "1.5", "a number"),
        ("visibility", "\u0661\u0662", "a number"),
        ("visibility", "9" * 400, "a number"),
        ("max-concurrency", "1", "2 to 1,000 workers, or none"),
        ("event-schema", "v9", "one of v1"),
        ("nobody", "1", "one of visibility"),
        *[("event-schema", each, "one of v1") for each in HOSTILE],
    ],
)
def test_what_aws_would_refuse_is_refused_before_any_change(
    client: TestClient, tmp_path: Path, lever: str, value: str, hint: str
) -> None:
    answer = client.post("/levers/set", data={"lever": lever, "value": value}, headers=HTMX)
    assert answer.status_code == 409
    assert hint in answer.text
    assert ShownPage(answer.text).can_run() == []
    assert not (tmp_path / "journal.jsonl").exists()


def test_the_delivery_is_paused_and_resumed(client: TestClient, target: Target, tmp_path: Path) -> None:
    assert "messages wait in the queue" in client.post("/levers/pause").text
    assert "Disabled" in client.get("/levers/now").text
    client.post("/levers/resume")
    assert "Enabled" in client.get("/levers/now").text
    assert [record["title"] for record in journal(tmp_path)] == ["Pause the delivery", "Resume the delivery"]


def test_a_console_that_only_reads_sets_nothing(target: Target, tmp_path: Path) -> None:
    deploy_worker(target)
    client = client_of(target, tmp_path, changes_allowed=False)
    assert client.post("/levers/set", data={"lever": "visibility", "value": "60"}).status_code == 403
    assert now(client, "visibility").split() == ["19", "s"]


def test_an_answer_is_read_once_for_many_and_anew_when_asked() -> None:
    shared = BackgroundAnswer(itertools.count(1).__next__, seconds=1000)
    assert [shared.get().value for _ in range(3)] == [1, 1, 1]
    assert shared.get(fresh=True).value == 2
    assert shared.get().value == 2


def test_what_a_reading_raised_is_told_once_and_then_read_again() -> None:
    problems = [NotUp("the lab is not up")]

    def read() -> str:
        if problems:
            raise problems.pop()
        return "up"

    shared = BackgroundAnswer(read, seconds=0)
    with pytest.raises(NotUp):
        shared.get()
    assert shared.get().value == "up"
