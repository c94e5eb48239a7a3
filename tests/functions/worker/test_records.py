from functions.common.clock import Deadline
from functions.worker.records import RecordLog, WorkerRecord, process_batch
from tests.functions.doubles import LogSink
from tests.functions.worker.conftest import sqs_record

AMPLE = Deadline(lambda: 30_000)


def records(count: int) -> list[dict[str, object]]:
    return [sqs_record(message_id=f"m{index}") for index in range(count)]


def failed_ids(response: dict[str, list[dict[str, str]]]) -> list[str]:
    return [failure["itemIdentifier"] for failure in response["batchItemFailures"]]


def test_names_only_the_failed_records(sink: LogSink) -> None:
    response = process_batch(
        records(4), lambda record, _: record.message_id not in ("m1", "m3"), AMPLE, RecordLog(sink.logger)
    )
    assert failed_ids(response) == ["m1", "m3"]


def test_names_every_record_when_all_failed_rather_than_raise(sink: LogSink) -> None:
    response = process_batch(records(3), lambda *_: False, AMPLE, RecordLog(sink.logger))
    assert failed_ids(response) == ["m0", "m1", "m2"]


def test_an_empty_list_when_all_succeeded(sink: LogSink) -> None:
    assert process_batch(records(2), lambda *_: True, AMPLE, RecordLog(sink.logger)) == {
        "batchItemFailures": []
    }


def test_begins_nothing_more_once_the_time_is_nearly_up(sink: LogSink) -> None:
    remaining_ms = 30_000
    begun: list[str] = []

    def slow(record: WorkerRecord, _: Deadline) -> bool:
        nonlocal remaining_ms
        begun.append(record.message_id)
        remaining_ms -= 12_500
        return True

    response = process_batch(records(4), slow, Deadline(lambda: remaining_ms), RecordLog(sink.logger))
    assert begun == ["m0", "m1"]
    assert failed_ids(response) == ["m2", "m3"]
    assert [(line["errorType"], line["errorCategory"]) for line in sink.lines()] == [
        ("OutOfTime", "TIMEOUT")
    ] * 2
