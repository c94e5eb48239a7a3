"""Numbers of a function that Lambda refuses: Lambda API reference, CreateFunction."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.conftest import Emulator
from tests.emulator.lambda_functions import Function, create, deploy

SOURCE = "def handler(event, context): return event"
OUT_OF_RANGE = [
    ({"Timeout": 2000}, "'2000' at 'timeout'", "less than or equal to 900"),
    ({"Timeout": 0}, "'0' at 'timeout'", "greater than or equal to 1"),
    ({"MemorySize": 127}, "'127' at 'memorySize'", "greater than or equal to 128"),
    ({"MemorySize": 10_241}, "'10241' at 'memorySize'", "less than or equal to 10240"),
    ({"EphemeralStorage": {"Size": 511}}, "'511' at 'ephemeralStorage.size'", "greater than or equal to 512"),
]


@pytest.fixture(scope="module")
def function(emulator: Emulator) -> Function:
    return deploy(emulator.endpoint, SOURCE, Timeout=900)


@pytest.mark.parametrize(("numbers", "what", "bound"), OUT_OF_RANGE)
def test_what_is_out_of_range_is_refused(
    emulator: Emulator, function: Function, numbers: dict[str, Any], what: str, bound: str
) -> None:
    before = function.client.get_function_configuration(FunctionName=function.name)
    for act in (
        lambda: create(emulator.endpoint, SOURCE, **numbers),
        lambda: function.client.update_function_configuration(FunctionName=function.name, **numbers),
    ):
        with pytest.raises(ClientError) as refused:
            act()
        error = refused.value.response["Error"]
        assert error["Code"] == "ValidationException"
        assert what in error["Message"]
        assert bound in error["Message"]
    after = function.client.get_function_configuration(FunctionName=function.name)
    assert (after["Timeout"], after["MemorySize"]) == (before["Timeout"], before["MemorySize"])
