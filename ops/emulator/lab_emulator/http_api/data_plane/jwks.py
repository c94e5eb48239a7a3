"""The keys of a JWT issuer, by OpenID Connect discovery, kept for a while."""

import time
from dataclasses import dataclass

import requests
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

KEEP_SECONDS = 2 * 60 * 60  # "API Gateway can cache the public key for two hours"
RETRY_SECONDS = 10.0  # how often a token signed by an unknown key may make us ask again
FETCH_TIMEOUT_SECONDS = 1.5


class KeysUnavailable(Exception):
    """The issuer's keys could not be fetched."""


@dataclass(frozen=True)
class _Fetched:
    keys: KeySet
    at: float


_by_issuer: dict[str, _Fetched] = {}


def signing_keys(issuer: str, token: str) -> KeySet:
    """Return the issuer's keys, fetched anew if they are old or lack the key that signed the token."""
    fetched = _by_issuer.get(issuer)
    if fetched is None or not _is_good(fetched, token):
        # No lock: two requests may fetch the same keys, and none waits for another's issuer.
        fetched = _by_issuer[issuer] = _Fetched(_fetch(issuer), time.monotonic())
    return fetched.keys


def _is_good(fetched: _Fetched, token: str) -> bool:
    age_seconds = time.monotonic() - fetched.at
    if age_seconds > KEEP_SECONDS:
        return False
    key_id = jws.extract_compact(token.encode()).headers().get("kid")
    return age_seconds < RETRY_SECONDS or any(key.kid == key_id for key in fetched.keys)


def _fetch(issuer: str) -> KeySet:
    try:
        discovery = _get_json(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        return KeySet.import_key_set(_get_json(discovery["jwks_uri"]))
    except (requests.RequestException, JoseError, ValueError, KeyError, TypeError) as error:
        raise KeysUnavailable(f"{type(error).__name__} at {issuer}") from error


def _get_json(url: str) -> dict:
    response = requests.get(url, timeout=FETCH_TIMEOUT_SECONDS)
    response.raise_for_status()
    return response.json()
