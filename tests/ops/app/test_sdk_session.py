import pytest
from botocore.exceptions import BotoCoreError
from botocore.loaders import Loader
from botocore.session import Session

from ops.lab.app.sdk_session import FolderLoader, SdkSession


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
