import boto3
import pytest
from moto import mock_aws

from ops.lab.app.target import Target
from ops.lab.errors import Refused


def test_a_lab_elsewhere_is_refused() -> None:
    with pytest.raises(Refused, match="not on this machine"):
        Target.running("https://localstack.example.com:4566")


@mock_aws
def test_an_endpoint_that_answers_for_a_real_account_is_refused() -> None:
    target = Target(boto3.Session(region_name="us-east-1"), endpoint="http://127.0.0.1:1", env_name="dev")
    target.endpoint, target._options = "http://127.0.0.1:1", {}  # moto answers, as account 123456789012
    with pytest.raises(Refused, match="account 123456789012"):
        target.identity()


@pytest.mark.usefixtures("no_aws_settings")
def test_an_emulators_account_is_refused_as_aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTO_ACCOUNT_ID", "000000000000")
    with mock_aws(), pytest.raises(Refused, match="emulator"):
        Target.aws().identity()


@pytest.mark.usefixtures("no_aws_settings")
@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SQS"])
def test_an_endpoint_override_is_refused_as_aws(name: str) -> None:
    with pytest.raises(Refused, match=name):
        Target.aws(environ={name: "http://127.0.0.1:4566"})
