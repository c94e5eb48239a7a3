"""Secrets as an operator would have written them."""

import json

from functions.integrations.secret import Secret
from tests.functions.doubles import FakeClock, StubClient


def secret_of(**values: str) -> Secret:
    client = StubClient(get_secret_value=lambda **_: {"SecretString": json.dumps(values)})
    return Secret(client, "lab/secret", FakeClock())
