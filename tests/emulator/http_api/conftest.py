"""APIs and functions for this folder's tests."""

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.emulator.conftest import Emulator
from tests.emulator.http_api import lambda_source
from tests.emulator.http_api.builder import BuiltApi

HANDLERS = ("echo", "scripted", "failing", "slow", "simple_authorizer", "policy_authorizer")
ROLE = "arn:aws:iam::000000000000:role/http-api-tests"

MakeApi = Callable[..., BuiltApi]


@pytest.fixture(scope="session")
def functions(emulator: Emulator) -> dict[str, str]:
    """Deploy one function a handler, and return their ARNs."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("index.py", Path(lambda_source.__file__).read_text())
    client = emulator.client("lambda")
    arns = {}
    for handler in HANDLERS:
        created = client.create_function(
            FunctionName=f"http-api-{handler}",
            Runtime="python3.13",
            Role=ROLE,
            Handler=f"index.{handler}",
            Code={"ZipFile": package.getvalue()},
            Timeout=20,
        )
        arns[handler] = created["FunctionArn"]
    for arn in arns.values():
        client.get_waiter("function_active_v2").wait(FunctionName=arn)
    return arns


@pytest.fixture(scope="module")
def make_api(emulator: Emulator, functions: dict[str, str]) -> Iterator[MakeApi]:
    """Return a function that makes an API; what it made is deleted after the module's tests."""
    made: list[BuiltApi] = []

    def make(stage_settings: dict[str, Any] | None = None, **settings: Any) -> BuiltApi:
        made.append(BuiltApi(emulator, functions, settings, stage_settings or {}))
        return made[-1]

    yield make
    for api in made:
        api.delete()
