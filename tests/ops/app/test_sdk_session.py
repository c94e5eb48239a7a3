"""Session of the SDK: the same descriptions, regions and moments as botocore's own."""

import time
from datetime import timezone
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError
from botocore.loaders import Loader
from botocore.session import Session
from botocore.utils import parse_timestamp
from moto import mock_aws

from ops.lab.app.sdk_session import FolderLoader, SdkSession, moment_of


@pytest.mark.parametrize("kind", ["service-2", "endpoint-rule-set-1"])
@pytest.mark.parametrize("service", ["cloudformation", "sqs", "stepfunctions"])
def test_a_description_is_the_one_that_botocore_finds(service: str, kind: str) -> None:
    assert FolderLoader().load_service_model(service, kind) == Loader().load_service_model(service, kind)


def test_an_unknown_service_is_an_error_of_botocores() -> None:
    session = Session()
    session.register_component("data_loader", FolderLoader())
    with pytest.raises(BotoCoreError, match="nowhere"):
        SdkSession(session).client("nowhere", region_name="us-east-1")


def test_no_region_is_told_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    assert SdkSession(Session()).region_name is None


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York"])
@pytest.mark.parametrize(
    "value", [0, 1796484675.073, 1_792_890_000, 1_792_893_600.5, "2026-11-28T15:31:15.073Z", "1796484675"]
)
def test_a_moment_is_that_of_botocore(zone: str, value: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also in the two hours of October that have one name."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        own, theirs = moment_of(value), parse_timestamp(value)
        assert own.timestamp() == theirs.timestamp()
        assert own.isoformat() == theirs.isoformat()
    finally:
        monkeypatch.undo()
        time.tzset()


@mock_aws
def test_answers_have_their_moments_by_it() -> None:
    client = SdkSession(Session()).client(
        "dynamodb", region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b"
    )
    made = client.create_table(
        TableName="t",
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )["TableDescription"]["CreationDateTime"]
    assert isinstance(made.tzinfo, timezone)  # botocore's own is dateutil's
    assert abs(made.timestamp() - time.time()) < 3600
