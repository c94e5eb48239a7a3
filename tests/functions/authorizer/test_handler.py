"""Handler of the authorizer: the right key opens, anything else does not."""

from typing import Any

import pytest

from functions.authorizer.handler import handler
from functions.common import clients
from functions.common.environment import to_variables
from functions.ingestion.environment import AuthorizerEnvironment
from tests.functions.conftest import Aws


@pytest.fixture
def authorize(aws: Aws, context: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    environment = AuthorizerEnvironment(api_key_secret_arn=aws.secret_arn)
    for name, value in to_variables(environment).items():
        monkeypatch.setenv(name, value)
    return lambda headers: handler({"headers": headers}, context)["isAuthorized"]


@pytest.mark.parametrize("header", ["x-api-key", "X-Api-Key"])
def test_the_key_opens(authorize: Any, header: str) -> None:
    assert authorize({header: "s3cret"}) is True


@pytest.mark.parametrize(
    "headers",
    [
        None,
        {},
        {"x-api-key": ""},
        {"x-api-key": "S3cret"},
        {"x-api-key": "s3cret "},
        {"x-api-key": "é\ud800"},
    ],
)
def test_no_other_key_opens(authorize: Any, headers: Any) -> None:
    assert authorize(headers) is False


def test_it_asks_for_the_key_with_a_client_that_gives_up_before_lambda_does(
    authorize: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lambda starts an environment anew that it had to end, and the key that it remembered is lost."""
    asked, client = [], clients.secretsmanager

    def secretsmanager(config: Any) -> Any:
        asked.append(config)
        return client(config)

    monkeypatch.setattr(clients, "secretsmanager", secretsmanager)
    assert authorize({"x-api-key": "s3cret"}) is True
    assert asked == [clients.PROMPT]
