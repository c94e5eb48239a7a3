"""API key, kept in Secrets Manager."""

import hmac
from typing import Any

from functions.common.cached import Cached
from functions.common.clock import Clock

# A rotated key takes over after at most this long; Secrets Manager bills each call.
MAX_AGE_SECONDS = 300.0


class ApiKey:
    """Compares what a client presents with the secret."""

    def __init__(self, secretsmanager: Any, secret_arn: str, clock: Clock) -> None:
        self._secretsmanager = secretsmanager
        self._secret_arn = secret_arn
        self._key = Cached(self._load, max_age_seconds=MAX_AGE_SECONDS, clock=clock)

    def matches(self, presented: str) -> bool:
        """In constant time, so that the answer's delay does not tell how much of a guess was right.

        Raises botocore's errors while the secret was never read: no key, no access.
        """
        return hmac.compare_digest(presented.encode("utf-8", "surrogatepass"), self._key.get())

    def _load(self) -> bytes:
        secret: str = self._secretsmanager.get_secret_value(SecretId=self._secret_arn)["SecretString"]
        return secret.encode()
