"""What a function process inherits: the services' descriptions, already read."""

import pytest
from botocore.loaders import JSONFileLoader, create_loader

from lab_emulator.lambda_executor.child import lab_preload


@pytest.fixture(autouse=True)
def loader_restored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(JSONFileLoader, "load_file", JSONFileLoader.load_file)


def test_a_kept_description_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    lab_preload.keep_descriptions()
    monkeypatch.setattr(JSONFileLoader, "_load_file", refuse)

    description = create_loader().load_service_model("sqs", "service-2")

    assert description["metadata"]["serviceId"] == "SQS"


def test_any_other_is_read_when_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    lab_preload.keep_descriptions()
    assert create_loader().load_service_model("kms", "service-2")["metadata"]["serviceId"] == "KMS"
    monkeypatch.setattr(JSONFileLoader, "_load_file", refuse)
    with pytest.raises(ReadFromDisk):
        create_loader().load_service_model("kms", "service-2")


class ReadFromDisk(Exception):
    """Raised where a test allows no file to be read."""


def refuse(*_: object) -> None:
    raise ReadFromDisk
