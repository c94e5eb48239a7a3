"""Secret of a service outside AWS, a JSON object in Secrets Manager: its credentials."""

import json
from collections.abc import Mapping
from typing import Any

from functions.common.cached import Cached
from functions.common.clock import Clock

# The lag with which a rotated secret takes over, and at most one call a minute: Secrets Manager bills each.
MAX_AGE_SECONDS = 60.0


class MalformedSecret(Exception):
    """The secret is no JSON object of texts, or lacks a key: the operator has to write it again."""


class ServiceSecret:
    """Kept while Secrets Manager does not answer; its values appear in no log and in no error."""

    def __init__(self, secretsmanager: Any, name: str, clock: Clock) -> None:
        self._secretsmanager = secretsmanager
        self._name = name
        self._values: Cached[Mapping[str, str]] = Cached(
            self._load, max_age_seconds=MAX_AGE_SECONDS, clock=clock
        )

    def require(self, key: str) -> str:
        """Raises MalformedSecret, and botocore's errors while the secret was never read."""
        value = self.optional(key)
        if value is None:
            raise MalformedSecret(f"the secret {self._name} lacks {key!r}")
        return value

    def optional(self, key: str) -> str | None:
        """None where the key is absent or empty. Raises as `require` does."""
        return self._values.get().get(key) or None

    def _load(self) -> Mapping[str, str]:
        text = self._secretsmanager.get_secret_value(SecretId=self._name)["SecretString"]
        try:
            values = json.loads(text)
        except ValueError:
            # `from None`: the parser's error quotes the text.
            raise MalformedSecret(f"the secret {self._name} is no JSON") from None
        if not isinstance(values, dict) or not all(isinstance(each, str) for each in values.values()):
            raise MalformedSecret(f"the secret {self._name} is no JSON object of texts")
        return values
