"""The task and its answer travel as the contract has them."""

from functions.files.rounds.task import AnswerStatus, Task, TaskAnswer

DOCUMENT = {
    "bucket": "files",
    "key": "incoming/high/a b+c.csv",
    "versionId": "v1",
    "etag": "e1",
    "sizeBytes": 12,
    "messageId": "m1",
    "receiveCount": 2,
    "roundId": "r1",
}


def test_a_task_arrives_as_it_was_sent() -> None:
    assert Task.from_document(DOCUMENT).as_document() == DOCUMENT


def test_two_versions_of_one_key_are_two_files() -> None:
    first, second = (Task.from_document(DOCUMENT | {"versionId": version}) for version in ("v1", "v2"))
    assert first.file == "incoming/high/a b+c.csv#v1"
    assert first.file != second.file


def test_without_versions_the_etag_tells_one_content_from_another() -> None:
    task = Task.from_document(DOCUMENT | {"versionId": None})
    assert task.version_id is None
    assert task.file == "incoming/high/a b+c.csv#e1"


def test_an_answer_is_camel_case() -> None:
    answer = TaskAnswer(
        status=AnswerStatus.CONTINUE,
        rows=3,
        rejected=1,
        api_calls=4,
        api_errors=2,
        api_latency_milliseconds=1.5,
    )
    assert answer.as_document() == {
        "status": "CONTINUE",
        "rows": 3,
        "rejected": 1,
        "apiCalls": 4,
        "apiErrors": 2,
        "apiLatencyMilliseconds": 1.5,
        "seconds": 0.0,
        "duplicate": False,
    }
