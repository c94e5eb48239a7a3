"""Replacement of a resource: by a property that cannot be updated, at whatever depth it stands."""

from typing import Any

import pytest

from tests.emulator.emulator_python import answer_of

# Two templates of one health check, whose type cannot be updated and stands below its configuration.
PROGRAM = """
from types import SimpleNamespace
from lab_emulator.cloudformation import resource_executor
from lab_emulator.cloudformation.resource_executor import _must_replace

class Executor:
    @staticmethod
    def try_load_resource_provider(_type):
        paths = ["/properties/Config/Type", "/properties/Name"]
        return SimpleNamespace(SCHEMA={"createOnlyProperties": paths})

resource_executor.ResourceProviderExecutor = Executor

def resource(**properties):
    return SimpleNamespace(resource_type="A::B::C", properties=SimpleNamespace(properties=properties))

before = resource(Name="n", Config={"Type": "HTTP", "Port": 80})
answer = {
    "nested": _must_replace(before, resource(Name="n", Config={"Type": "TCP", "Port": 80})),
    "beside": _must_replace(before, resource(Name="n", Config={"Type": "HTTP", "Port": 81})),
    "top": _must_replace(before, resource(Name="o", Config={"Type": "HTTP", "Port": 80})),
    "dropped": _must_replace(before, resource(Name="n")),
}
"""


@pytest.fixture(scope="module")
def replaced() -> Any:
    return answer_of(PROGRAM)


def test_a_nested_property_that_cannot_be_updated_replaces(replaced: Any) -> None:
    assert replaced == {"nested": True, "beside": False, "top": True, "dropped": True}
