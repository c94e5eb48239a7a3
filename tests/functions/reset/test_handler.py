"""Handler of the reset function: the failure mode is none afterwards."""

from typing import Any

import pytest

from functions.common.environment import to_variables
from functions.ingestion.environment import ResetEnvironment
from functions.reset.handler import handler
from tests.functions.conftest import Aws


@pytest.mark.parametrize("mode", [None, "poison_payload", "none"])
def test_sets_none_whatever_was_there(
    aws: Aws, context: Any, monkeypatch: pytest.MonkeyPatch, mode: str | None
) -> None:
    environment = ResetEnvironment(failure_mode_parameter=aws.failure_mode_parameter)
    for name, value in to_variables(environment).items():
        monkeypatch.setenv(name, value)
    if mode is not None:
        aws.set_failure_mode(mode)
    assert handler({"detail-type": "an EventBridge event"}, context) == {"failureMode": "none"}
    parameter = aws.ssm.get_parameter(Name=aws.failure_mode_parameter)["Parameter"]
    assert (parameter["Value"], parameter["Type"]) == ("none", "String")
