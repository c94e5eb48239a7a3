"""The answer travels as the contract has it."""

from functions.files.rounds.answer import Answer, Status


def test_an_answer_is_camel_case() -> None:
    answer = Answer(
        status=Status.CONTINUE, rows=3, rejected=1, api_calls=4, api_errors=2, api_latency_milliseconds=1.5
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
