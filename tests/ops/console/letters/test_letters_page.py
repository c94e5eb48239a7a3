"""The pages of dead letters, on an account that moto answers for."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from functions.common.clock import system_clock
from functions.redrive.job_table import RedriveJobs
from functions.redrive.parameters import start_parameters
from ops.lab.app.api import Api, ApiAnswer
from ops.lab.app.redrive_client import RedriveClient, RedriveFilters
from ops.lab.app.target import Target
from ops.lab.console.context import ConsoleContext
from ops.lab.console.letters.pipeline_fates import PipelineFates
from ops.lab.errors import NotUp
from ops.lab.local.directory import LabDirectory
from ops.lab.waiting import eventually
from tests.ops.console.letters.conftest import ListedQueues
from tests.ops.console.letters.stand_in_letters import item, message
from tests.ops.console.letters.test_canary import FakeFates, FakeJobs, fates, job

Put = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def put(lab: Target, queues: ListedQueues) -> Put:
    """Put letters into the DLQ of moto, and list what it holds."""

    def put(*keys: str, queue: str = "dlq") -> list[dict[str, Any]]:
        url = lab.output("DlqUrl" if queue == "dlq" else "ParkedUrl")
        for key in keys:
            made = message(key)
            sent = lab.sqs.send_message(
                QueueUrl=url, MessageBody=made["Body"], MessageAttributes=made["MessageAttributes"]
            )
            queues.messages[queue].append(made | {"MessageId": sent["MessageId"]})
        return queues.messages[queue]

    return put


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> FakeJobs:
    jobs = FakeJobs()
    monkeypatch.setattr(RedriveClient, "of", lambda _: jobs)
    return jobs


@pytest.fixture
def posted(monkeypatch: pytest.MonkeyPatch) -> list[tuple[bytes | None, Any]]:
    """What was posted to the API, which accepts it."""
    posted: list[tuple[bytes | None, Any]] = []

    class Accepting:
        status = 202

        def request(self, _method: str, _path: str, body: bytes, headers: Any) -> ApiAnswer:
            posted.append((body, headers))
            return ApiAnswer(Accepting.status, {"detail": "what is wrong"})

    monkeypatch.setattr(Api, "of", lambda _: Accepting())
    return posted


def left(lab: Target, output: str = "DlqUrl") -> int:
    answer = lab.sqs.get_queue_attributes(QueueUrl=lab.output(output), AttributeNames=["All"])
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def test_shows_letters_with_their_errors_and_filters_them(page: TestClient, lab: Target, put: Put) -> None:
    for made in put("a-1", "a-2", "b-1"):
        key = made["MessageAttributes"]["idempotencyKey"]["StringValue"]
        error = {"errorType": "OutOfTime" if key == "b-1" else "Poison", "errorCategory": "TIMEOUT"}
        lab.dynamodb.put_item(TableName="state", Item=item(key, made["Body"], **error))
    whole = page.get("/dead-letters").text
    assert all(
        text in whole for text in ("a-1", "a-2", "b-1", "Poison", "OutOfTime", "found without receiving")
    )
    some = page.get("/dead-letters/table", params={"error": "OutOfTime"}).text
    assert "b-1" in some
    assert "a-1" not in some
    assert "The dead-letter queue is empty" not in some
    assert "Nothing is parked" in page.get("/dead-letters/table?queue=parked").text


def test_pages_of_fifty(page: TestClient, queues: ListedQueues) -> None:
    queues.messages["dlq"] = [message(f"key-{number:03}") for number in range(120)]
    first, last = (page.get(f"/dead-letters/table?page={number}").text for number in (1, 99))
    assert (first.count("<tr id="), last.count("<tr id=")) == (50, 20)
    assert queues.listings == 1


def test_a_lab_that_is_gone_leaves_what_was_seen(
    page: TestClient, queues: ListedQueues, lab: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    queues.messages["dlq"] = [message("key-1")]
    assert "key-1" in page.get("/dead-letters").text

    def gone(*_: Any) -> None:
        raise NotUp("the emulator does not answer")

    monkeypatch.setattr("ops.lab.console.letters.letter_scan.list_messages", gone)
    page.app.state.letters_desk.changed()  # type: ignore[attr-defined]
    answer = page.get("/dead-letters/table")
    assert answer.status_code == 200
    assert "key-1" in answer.text
    assert "the emulator does not answer" in answer.text


def test_opens_a_letter_that_came_after_the_latest_scan(page: TestClient, put: Put) -> None:
    page.get("/dead-letters")
    [made] = put("late")
    assert "late" in page.get(f"/dead-letters/{made['MessageId']}").text
    assert page.get("/dead-letters/gone").status_code == 404


def test_one_job_for_all_that_match_what_the_api_can_filter(
    page: TestClient, put: Put, jobs: FakeJobs
) -> None:
    put("a", "b")
    form = {"scope": "all", "min_age": "5", "confirmed": "2", "jitter": "3", "rate": "9", "max_redrives": "1"}
    answer = page.post("/dead-letters/redrive", data=form)
    assert "job-1" in answer.text
    assert jobs.started == [
        RedriveFilters(
            min_age_seconds=5, max_messages=2, per_message_delay_jitter=3, rate_per_second=9, max_redrives=1
        )
    ]


def test_one_job_by_key_for_those_that_were_ticked(
    page: TestClient, put: Put, jobs: FakeJobs, lab_context: ConsoleContext
) -> None:
    made = put("a", "b", "c")
    ids = [made[0]["MessageId"], made[2]["MessageId"]]
    answer = page.post("/dead-letters/redrive", data={"id": ids, "confirmed": "2"})
    assert answer.status_code == 200
    assert jobs.keys == [["a", "c"]]
    [record] = lab_context.journal.since(0)
    assert (record.title, record.done, record.detail["keys"]) == ("Redrive", True, ["a", "c"])


@pytest.mark.parametrize(
    ("path", "form", "told"),
    [
        ("redrive", {}, "no letter is chosen"),
        ("redrive", {"id": "gone"}, "no letter is chosen"),
        ("redrive", {"scope": "all", "confirmed": "5"}, "nothing was done"),
        ("redrive", {"scope": "all", "rate": "0"}, "the rate must be"),
        ("redrive", {"scope": "all", "queue": "parked"}, "DLQ"),
        ("redrive", {"scope": "all", "queue": "main"}, "no queue"),
        ("canary", {"scope": "all", "first": "0"}, "number of canaries"),
        ("canary", {"scope": "all", "first": "101"}, "number of canaries"),
        ("canary/stop", {}, "no redrive"),
        ("purge", {"scope": "all"}, "not confirmed"),
        ("purge", {"scope": "all", "confirmed": "1"}, "nothing was done"),
    ],
)
def test_what_cannot_be_done_is_refused(
    page: TestClient, put: Put, jobs: FakeJobs, lab: Target, path: str, form: dict[str, str], told: str
) -> None:
    put("a", "b")
    answer = page.post(f"/dead-letters/{path}", data=form)
    assert (answer.status_code, jobs.started, left(lab)) == (409, [], 2)
    assert told in answer.text


def test_a_purge_deletes_what_was_chosen_and_writes_it_down(
    page: TestClient, put: Put, lab: Target, directory: LabDirectory, lab_context: ConsoleContext
) -> None:
    put("a", "b", "c")
    ids = [each["MessageId"] for each in put()[:2]]
    assert "Delete 2" in page.get("/dead-letters/purge", params={"id": ids}).text
    answer = page.post("/dead-letters/purge", data={"id": ids, "confirmed": "2"})
    assert "2 messages deleted" in answer.text
    [record] = directory.purged.iterdir()
    written = [json.loads(line) for line in record.read_text().splitlines()]
    assert sorted(each["MessageId"] for each in written) == sorted(ids)
    assert left(lab) == 1
    assert lab_context.journal.since(0)[0].detail["message_ids"] == sorted(ids)


def test_an_export_is_a_download_of_what_matches(page: TestClient, put: Put) -> None:
    put("a-1", "a-2", "b")
    answer = page.get("/dead-letters/export", params={"scope": "all", "key": "a-"})
    assert answer.headers["content-disposition"].startswith('attachment; filename="dlq-')
    assert [json.loads(line)["MessageBody"] for line in answer.text.splitlines()] == [
        message("a-1")["Body"],
        message("a-2")["Body"],
    ]


def test_a_canary_is_shown_until_its_end_and_stands_in_the_journal(
    page: TestClient, put: Put, jobs: FakeJobs, lab_context: ConsoleContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: Any = FakeFates([fates("a", "b")])
    monkeypatch.setattr(PipelineFates, "of", lambda _, letters: told.of(letters))
    put("a", "b", "c")
    answer = page.post("/dead-letters/canary", data={"scope": "all", "confirmed": "3", "first": "2"})
    assert "2 of 3 letters are sent first" in answer.text
    eventually(lambda: len(lab_context.journal.since(0)) == 2, within=30)
    assert "Done" in page.get("/dead-letters/canary").text
    assert "✓ succeeded" in page.get("/dead-letters").text
    assert jobs.keys == [["a", "b"], ["c"]]
    assert [each.title for each in lab_context.journal.since(0)] == ["Canary redrive", "Canary redrive ended"]


def test_jobs_that_the_app_knows_are_shown_and_can_be_cancelled(
    page: TestClient, lab: Target, jobs: FakeJobs, queues: ListedQueues
) -> None:
    known = RedriveJobs(lab.dynamodb, "jobs", system_clock).create(
        start_parameters({"idempotencyKeys": ["a", "b", "c"], "ratePerSecond": 2})
    )
    shown = page.get("/dead-letters").text
    assert known.job_id in shown
    assert "3 keys: a, b …; 2/s" in shown
    jobs.ends = lambda *_: job("job-1", "CANCELLING")
    answer = page.post(f"/dead-letters/jobs/{known.job_id}/cancel")
    assert (answer.status_code, jobs.cancelled) == (200, [known.job_id])


EDITED = {"text": '{"orderId": "1", "amount": 2}', "copy_key": "new"}


def test_an_edited_copy_is_a_new_event_and_the_original_stays(
    page: TestClient, put: Put, lab: Target, posted: list[Any], lab_context: ConsoleContext
) -> None:
    [made] = put("a")
    answer = page.post(f"/dead-letters/{made['MessageId']}/copy", data=EDITED)
    assert "the original stays" in answer.text
    assert posted == [(EDITED["text"].encode(), {"idempotency-key": "new"})]
    assert left(lab) == 1
    [record] = lab_context.journal.since(0)
    assert record.detail["before"] == {"key": "a", "body": made["Body"]}
    assert record.detail["after"] == {"key": "new", "body": EDITED["text"]}
    assert record.who


def test_the_original_goes_only_where_that_was_asked_for_and_the_copy_accepted(
    page: TestClient, put: Put, lab: Target, posted: list[Any], directory: LabDirectory
) -> None:
    made = put("a", "b")[0]
    api: Any = Api.of(lab)
    type(api).status = 400
    refused = page.post(f"/dead-letters/{made['MessageId']}/copy", data=EDITED | {"remove": "yes"})
    assert (refused.status_code, left(lab)) == (409, 2)
    assert "what is wrong" in refused.text
    type(api).status = 202
    accepted = page.post(f"/dead-letters/{made['MessageId']}/copy", data=EDITED | {"remove": "yes"})
    assert "the original is removed" in accepted.text
    assert left(lab) == 1
    assert len(list(directory.purged.iterdir())) == 1


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"text": "{"}, "not JSON"),
        ({"text": "[" * 100_000}, "not JSON"),
        ({"text": "[]"}, "not a JSON object"),
        ({"text": '{"a": NaN}'}, "not JSON"),
        ({"text": '{"a": "' + "x" * 1_000_001 + '"}'}, "more than"),
        ({"copy_key": ""}, "key must have"),
        ({"copy_key": "a b"}, "key must have"),
    ],
)
def test_a_copy_that_the_api_would_refuse_is_not_sent(
    page: TestClient, put: Put, posted: list[Any], changes: dict[str, str], told: str
) -> None:
    [made] = put("a")
    answer = page.post(f"/dead-letters/{made['MessageId']}/copy", data=EDITED | changes)
    assert (answer.status_code, posted) == (409, [])
    assert told in answer.text


def test_under_the_originals_key_the_table_forgets_it_first(
    page: TestClient, put: Put, lab: Target, posted: list[Any]
) -> None:
    [made] = put("a")
    lab.dynamodb.put_item(TableName="state", Item=item("a", made["Body"]))
    api: Any = Api.of(lab)
    type(api).status = 400
    same_key = EDITED | {"copy_key": "a"}
    page.post(f"/dead-letters/{made['MessageId']}/copy", data=same_key)
    assert lab.dynamodb.scan(TableName="state")["Count"] == 1  # put back
    type(api).status = 202
    assert page.post(f"/dead-letters/{made['MessageId']}/copy", data=same_key).status_code == 200
    assert lab.dynamodb.scan(TableName="state")["Count"] == 0


def test_a_key_that_has_succeeded_is_not_forgotten(
    page: TestClient, put: Put, lab: Target, posted: list[Any]
) -> None:
    [made] = put("a")
    lab.dynamodb.put_item(TableName="state", Item=item("a", made["Body"], "SUCCEEDED"))
    answer = page.post(f"/dead-letters/{made['MessageId']}/copy", data=EDITED | {"copy_key": "a"})
    assert (answer.status_code, posted) == (409, [])
    assert "has succeeded" in answer.text


def test_on_aws_a_queue_is_looked_into_only_when_asked(
    page: TestClient, lab: Target, put: Put, queues: ListedQueues
) -> None:
    put("a", "b")
    lab.endpoint = None
    before = page.get("/dead-letters").text
    assert "raises their receive counts" in " ".join(before.split())
    assert "No letter" not in before
    answer = page.post("/dead-letters/look", data={"queue": "dlq"})
    assert "2 messages received and given back" in answer.text
    after = page.get("/dead-letters/table").text
    assert "received and given back at" in after
    assert (after.count("<tr id="), left(lab), queues.listings) == (2, 2, 0)
