"""Secrets as an operator would have written them."""

import json

from functions.integrations.secret import ServiceSecret
from tests.functions.doubles import FakeClock, StubClient


def secret_of(**values: str) -> ServiceSecret:
    client = StubClient(get_secret_value=lambda **_: {"SecretString": json.dumps(values)})
    return ServiceSecret(client, "lab/secret", FakeClock())
