"""Entries of PutEvents that EventBridge refuses, each for itself: PutEventsResultEntry, API reference."""

import json
from typing import Any

from tests.emulator.conftest import Emulator

GOOD = {"Source": "shop", "DetailType": "d" * 128, "Detail": json.dumps({"id": 1})}


def test_an_entry_that_is_refused_leaves_the_others_alone(emulator: Emulator) -> None:
    answer = _put(
        emulator,
        GOOD,
        GOOD | {"Source": "aws.s3"},
        GOOD | {"DetailType": "d" * 129},
        {name: GOOD[name] for name in ("Source", "Detail")},
        GOOD | {"Source": "awsome"},
    )
    assert answer["FailedEntryCount"] == 3
    assert [entry.get("ErrorCode") for entry in answer["Entries"]] == [
        None,
        "NotAuthorizedForSourceException",
        "InvalidArgument",
        "InvalidArgument",
        None,
    ]
    assert answer["Entries"][1]["ErrorMessage"] == "Not authorized for the source."
    assert "128 characters" in answer["Entries"][2]["ErrorMessage"]
    assert "DetailType is a required argument" in answer["Entries"][3]["ErrorMessage"]
    assert all(answer["Entries"][at]["EventId"] for at in (0, 4))


def _put(emulator: Emulator, *entries: dict[str, str]) -> dict[str, Any]:
    answer: dict[str, Any] = emulator.client("events").put_events(Entries=list(entries))
    return answer
