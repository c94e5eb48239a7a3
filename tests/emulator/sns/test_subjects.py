"""Subjects that SNS takes, and those it does not: SNS API reference, Publish."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.conftest import Emulator

NO_SUBJECTS = ["", "x" * 101, "two\nlines", "größe", " led by a space", "a\ttab"]


@pytest.fixture(scope="module")
def topic(emulator: Emulator) -> str:
    return str(emulator.client("sns").create_topic(Name=f"subjects-{uuid.uuid4().hex[:8]}")["TopicArn"])


@pytest.mark.parametrize("subject", NO_SUBJECTS)
def test_what_is_no_subject_is_refused(emulator: Emulator, topic: str, subject: str) -> None:
    sns = emulator.client("sns")
    entries = [
        {"Id": "good", "Message": "m", "Subject": "s"},
        {"Id": "bad", "Message": "m", "Subject": subject},
    ]
    publications: list[Callable[[], Any]] = [
        lambda: sns.publish(TopicArn=topic, Message="m", Subject=subject),
        lambda: sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries),
    ]
    for publish in publications:
        with pytest.raises(ClientError, match="Invalid parameter: Subject") as refused:
            publish()
        assert refused.value.response["Error"]["Code"] == "InvalidParameter"


def test_a_subject_and_none_are_published(emulator: Emulator, topic: str) -> None:
    sns = emulator.client("sns")
    assert sns.publish(TopicArn=topic, Message="m", Subject="x" * 100)["MessageId"]
    assert sns.publish(TopicArn=topic, Message="m")["MessageId"]
    answer = sns.publish_batch(
        TopicArn=topic, PublishBatchRequestEntries=[{"Id": "a", "Message": "m", "Subject": "(ok) ~"}]
    )
    assert [entry["Id"] for entry in answer["Successful"]] == ["a"]
