"""The page of a story: from its key or trace, in order, as text; the keys that are not done; the release."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from ops.lab.app.target import Target
from ops.lab.app.time_span import StorySpan, span_of_item, span_of_trace
from ops.lab.console.looking.target_link import TargetLink
from ops.lab.console.pages.story import story_path
from ops.lab.console.serving.app import create_app
from ops.lab.web.own_origin import TOKEN_HEADER
from tests.ops.app.told_event import BEGAN, FIRST, KEY, POST, ToldTarget, killed_then_processed, line
from tests.ops.console.conftest import HOST, new_context
from tests.ops.console.shown_page import HOSTILE, ShownPage

CLAIMED = {"firstSeenAt": {"S": "2026-11-28T01:56:45.000Z"}, "processedAt": {"S": "2026-11-28T01:57:01.000Z"}}


Ask = Callable[..., ShownPage]


def client_of(target: Any, folder: Path, **options: Any) -> TestClient:
    """A console of a target, without its poller."""
    context = new_context(folder, link=TargetLink(lambda: cast(Target, target)), **options)
    return TestClient(
        create_app(context),
        base_url=f"http://{HOST}",
        headers={TOKEN_HEADER: "the-token", "Origin": f"http://{HOST}", "Sec-Fetch-Site": "same-origin"},
    )


@pytest.fixture
def told(tmp_path: Path) -> ToldTarget:
    target: Any = killed_then_processed()
    target.item |= CLAIMED
    target.endpoint = "http://127.0.0.1:4566"
    for name in ("cloudformation", "cloudwatch", "sns", "sqs", "ssm"):
        setattr(target, name, SimpleNamespace())
    return cast(ToldTarget, target)


@pytest.fixture
def ask(told: ToldTarget, tmp_path: Path) -> Ask:
    def asked(subject: str, more: str = "") -> ShownPage:
        answer = client_of(told, tmp_path).get(f"/story-part?of={quote(subject)}{more}")
        assert answer.status_code == 200, answer.text
        return ShownPage(answer.text)

    return asked


def steps(page: ShownPage) -> list[str]:
    return [
        str(attributes.get("class"))
        for tag, attributes in page.elements
        if tag == "li" and "step" in str(attributes.get("class"))
    ]


def test_each_step_stands_in_order_with_its_receive_and_whether_it_failed(
    ask: Ask,
) -> None:
    page = ask(KEY)
    assert [each.split() for each in steps(page)] == [["step"], ["step", "failed"], ["step"], ["step"]]
    text = " ".join(page.text.split())
    assert re.search(r"worker receive 1 \S+ \+5.00 s ✗ failed took 100.0 ms", text)
    assert "receive 2" in text
    assert "in a batch of 2" in text
    assert "IngestionSuccess outcome event" in text
    assert "Task timed out after 3.00 seconds" in text
    assert "dynamodb PutItem ✗ ConditionalCheckFailedException: no" in text
    assert text.index("request answered") < text.index("Task timed out") < text.index("record processed")


def test_bars_of_calls_are_attributes_of_svg_within_the_invocation(ask: Ask) -> None:
    bars = [attributes for tag, attributes in ask(KEY).elements if tag == "rect"]
    assert len(bars) == 5  # ingest: Invocation, sqs; worker: Invocation; then Invocation, dynamodb
    for bar in bars:
        assert 0 <= float(bar["x"] or -1) <= 100 - float(bar["width"] or 0)
        assert "style" not in bar
    assert bars[-1]["class"] == "fail"


def test_the_item_is_a_table_and_the_key_can_be_released_after_a_question(
    ask: Ask,
) -> None:
    page = ask(KEY)
    assert "processedAt" in page.text
    [form] = [attributes for tag, attributes in page.elements if tag == "form"]
    assert form["hx-post"] == "/story-release"
    assert "processed a second time" in str(form["hx-confirm"])


def test_a_trace_leads_to_the_story_of_its_key(ask: Ask) -> None:
    assert f"/story/{KEY}" in ask(POST).links


def test_what_x_ray_does_not_have_is_said(told: ToldTarget, ask: Ask) -> None:
    told.traces.clear()
    text = ask(KEY).text
    assert "What is not known" in text
    assert POST in text
    assert "Its spans are not known" in text


def test_an_unknown_key_is_said_with_what_to_do(told: ToldTarget, ask: Ask) -> None:
    told.item.clear()
    page = ask("nobody")
    assert "Nothing is known of nobody" in page.text
    assert {"?since=1d", "/story"} <= set(page.links)


def test_an_item_whose_lines_are_gone_is_still_shown(told: ToldTarget, ask: Ask) -> None:
    told.log.clear()
    told.traces.clear()
    text = ask(KEY).text
    assert "State of the key" in text
    assert "Nothing was logged of it in this span" in text


def test_logs_are_searched_between_the_times_of_the_item_alone(told: ToldTarget, ask: Ask) -> None:
    ask(KEY)
    begin, end = 1795831005 - 15, 1795831021 + 60
    assert set(told.asked_spans) == {(begin * 1000, end * 1000)}


def test_a_submission_that_waited_long_in_the_queue_is_searched_for_an_hour_back(
    told: ToldTarget, ask: Ask
) -> None:
    told.item |= {name: {"S": "2026-11-28T02:30:00Z"} for name in ("firstSeenAt", "processedAt")}
    told.log["/aws/lambda/WorkerFunction"].append(
        (1990.0, line("record processed", "r9", None, idempotencyKey=KEY))
    )
    text = ask(KEY).text
    assert "request answered" in text
    assert "record processed" in text


@pytest.mark.parametrize("hostile", HOSTILE)
def test_lines_fields_events_and_items_are_text(told: ToldTarget, ask: Ask, hostile: str) -> None:
    told.log["/aws/lambda/WorkerFunction"] += [
        (
            20.07,
            line(hostile, "r3", FIRST, idempotencyKey=KEY, errorDetail=hostile, **{hostile: {"a": hostile}}),
        ),
        (20.08, f"{hostile} {KEY} RequestId: r3"),
    ]
    told.log["outcomes"].append(
        (
            20.2,
            json.dumps(
                {
                    "detail-type": hostile,
                    "time": "2026-11-28T01:57:01Z",
                    "detail": {"idempotencyKey": KEY, "why": hostile},
                }
            ),
        )
    )
    told.item |= {"errorType": {"S": hostile}}
    for document in told.traces[FIRST]:
        document["name"] = hostile
    page = ask(KEY)
    assert page.can_run() == []
    assert page.text.count(hostile) >= 5


@pytest.mark.parametrize("hostile", [*HOSTILE, "a/b?c#d", "../..", ".", "ключ 🔑", "a b+c"])
def test_a_key_of_any_text_has_a_page_of_its_own(told: ToldTarget, tmp_path: Path, hostile: str) -> None:
    client = client_of(told, tmp_path)
    found = client.get(f"/story?q={quote(hostile, safe='')}", follow_redirects=True)
    assert found.status_code == 200
    page = ShownPage(found.text)
    assert f"Story of {hostile}" in page.text
    assert all(not name.startswith("on") for _, attributes in page.elements for name in attributes)
    [part] = [
        attributes["hx-get"] or "" for _, attributes in page.elements if attributes.get("id") == "story"
    ]
    told.item.clear()
    assert f"Nothing is known of {hostile}" in ShownPage(client.get(part).text).text


def test_a_subject_that_is_too_long_is_refused(told: ToldTarget, tmp_path: Path) -> None:
    answer = client_of(told, tmp_path).get(story_path("x" * 600), headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert "1 to 512 characters" in answer.text


def test_a_span_that_is_none_is_refused(told: ToldTarget, tmp_path: Path) -> None:
    answer = client_of(told, tmp_path).get(
        f"/story-part?of={KEY}&since=yesterday", headers={"HX-Request": "1"}
    )
    assert answer.status_code == 409
    assert "no time span" in answer.text


def test_a_message_that_was_redriven_is_told_from_the_one_before(told: ToldTarget, ask: Ask) -> None:
    told.log["/aws/lambda/WorkerFunction"] += [
        (
            at,
            line(
                "record processed", request, None, idempotencyKey=KEY, receiveCount=count, messageId=message
            ),
        )
        for at, request, count, message in (
            (21.0, "r7", 3, "m1"),
            (22.0, "r8", 4, "m1"),
            (23.0, "r9", 1, "m2"),
        )
    ]
    text = ask(KEY).text
    assert text.count("of another message") == 1
    assert "receive 1 of another message" in text


def test_a_path_leads_back_to_its_key() -> None:
    assert story_path("a/b%2e?c") == "/story/a%2Fb%252e%3Fc"
    assert story_path("..") == "/story?key=.."


def test_spans_of_items_and_traces() -> None:
    assert span_of_item({}) is None
    assert span_of_item({"firstSeenAt": "never"}) is None
    assert span_of_item(
        {"firstSeenAt": "2026-11-28T01:56:45Z", "status": "FAILED", "processedAt": "2026-11-28T01:56:46Z"}
    ) == StorySpan(1795831005 - 15, None)
    assert span_of_trace(POST) == StorySpan(BEGAN - 15, BEGAN + 3600)


def test_without_a_lab_the_page_says_so(browser: TestClient) -> None:
    answer = browser.get(f"/story/{KEY}")
    assert answer.status_code == 503
    assert "the lab is not up" in answer.text


@pytest.fixture
def four_keys(target: Target) -> Target:
    now = time.time()
    for key, status, lease_end in (
        ("done", "SUCCEEDED", None),
        ("<b1>broken</b1>", "FAILED", None),
        ("working", "INFLIGHT", now + 60),
        ("left-behind", "INFLIGHT", now - 1),
    ):
        item: dict[str, Any] = {
            "idempotencyKey": {"S": key},
            "status": {"S": status},
            "attempts": {"N": "2"},
            "firstSeenAt": {"S": "2026-11-21T04:22:23.595Z"},
        }
        if lease_end is not None:
            item["leaseExpiresAt"] = {"N": f"{lease_end:.3f}"}
        target.dynamodb.put_item(TableName="state", Item=item)
    return target


def test_the_keys_that_are_not_done_are_listed_and_lead_to_their_stories(
    four_keys: Target, tmp_path: Path
) -> None:
    page = ShownPage(client_of(four_keys, tmp_path).get("/story-keys").text)
    assert "1 SUCCEEDED, 1 FAILED, 1 LEASED, 1 STUCK" in " ".join(page.text.split())
    assert sorted(page.links) == ["/story/%3Cb1%3Ebroken%3C%2Fb1%3E", "/story/left-behind", "/story/working"]
    assert page.can_run() == []


def test_on_aws_the_table_is_read_by_the_button_alone(four_keys: Target, tmp_path: Path) -> None:
    page = client_of(four_keys, tmp_path).get("/story").text
    assert "costs read capacity" in page
    assert 'hx-trigger="load' not in page


def test_a_released_key_is_gone_and_in_the_journal(four_keys: Target, tmp_path: Path) -> None:
    client = client_of(four_keys, tmp_path)
    answer = client.post("/story-release", data={"key": "done"})
    assert answer.status_code == 200
    assert "done is forgotten" in answer.text
    assert "Item" not in four_keys.dynamodb.get_item(TableName="state", Key={"idempotencyKey": {"S": "done"}})
    record = json.loads((tmp_path / "journal.jsonl").read_text())
    assert (record["title"], record["done"], record["detail"]) == ("Release a key", True, {"key": "done"})
    assert "SUCCEEDED" in record["outcome"]


@pytest.mark.parametrize(
    ("key", "reason"),
    [("working", "an attempt is at work"), ("unknown", "no key unknown"), ("", "no idempotency key")],
)
def test_a_key_that_is_held_or_unknown_is_not_released(
    four_keys: Target, tmp_path: Path, key: str, reason: str
) -> None:
    answer = client_of(four_keys, tmp_path).post(
        "/story-release", data={"key": key}, headers={"HX-Request": "true"}
    )
    assert answer.status_code == 409
    assert reason in answer.text


def test_a_console_that_only_reads_releases_nothing(four_keys: Target, tmp_path: Path) -> None:
    client = client_of(four_keys, tmp_path, changes_allowed=False)
    assert client.post("/story-release", data={"key": "done"}).status_code == 403
