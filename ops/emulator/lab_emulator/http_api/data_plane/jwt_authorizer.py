"""JWT authorizers: a token's signature, by its issuer's keys, its claims and its scopes.

Source: API Gateway developer guide, "Control access to HTTP APIs with JWT authorizers"
(http-api-jwt-authorizer).
"""

import time
from dataclasses import dataclass
from typing import Any

import requests
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from moto.apigatewayv2.models import Authorizer

from lab_emulator.http_api.data_plane.exchange import Exchange
from lab_emulator.http_api.data_plane.gateway_error import GatewayError, forbidden, unauthorized
from lab_emulator.http_api.data_plane.request_variables import identity_value

KEYS_KEPT_SECONDS = 2 * 60 * 60  # "API Gateway can cache the public key for two hours"
KEYS_RETRY_SECONDS = 10.0  # how often a token signed by an unknown key may make us ask again
FETCH_TIMEOUT_SECONDS = 1.5
ALGORITHMS = ["RS256", "RS384", "RS512"]  # "only RSA-based algorithms"
Claims = dict[str, Any]


def authorize_by_jwt(exchange: Exchange, authorizer: Authorizer) -> dict[str, Any]:
    """Return the token's claims for the integration, or raise 401, or 403 for want of a scope."""
    value = identity_value(exchange, authorizer.identity_source[0])
    if value is None:
        raise unauthorized("no token", "Bearer")
    token = value[7:] if value[:7].lower() == "bearer " else value
    issuer, audience = authorizer.jwt_config["issuer"], authorizer.jwt_config["audience"]
    claims = _verified_claims(token.strip(), issuer)
    _check_claims(claims, issuer, audience)
    return {"jwt": {"claims": _as_strings(claims), "scopes": _granted_scopes(exchange, claims)}}


def _verified_claims(token: str, issuer: str) -> Claims:
    try:
        claims: Claims = jwt.decode(token, signing_keys(issuer, token), algorithms=ALGORITHMS).claims
    except KeysUnavailable as error:
        raise _invalid(f"OIDC discovery failed: {error}") from error
    except (JoseError, ValueError, TypeError) as error:
        raise _invalid(f"signing method or signature is invalid: {error}") from error
    return claims


def _check_claims(claims: Claims, issuer: str, audience: list[str]) -> None:
    now = time.time()
    if claims.get("iss") != issuer:
        raise _invalid("invalid issuer")
    # client_id stands in for aud, and only where there is none: Cognito's access tokens have none.
    claimed = claims.get("aud") or claims.get("client_id")
    if not set(claimed if isinstance(claimed, list) else [claimed]) & set(audience):
        raise _invalid("invalid audience")
    if _seconds(claims, "exp", default=0) <= now:
        raise _invalid("the token has expired")
    if _seconds(claims, "nbf", default=0) > now or _seconds(claims, "iat", default=0) > now:
        raise _invalid("the token is not valid yet")


def _seconds(claims: Claims, name: str, default: float) -> float:
    value = claims.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _invalid(f"{name} is not a number")
    return value


def _granted_scopes(exchange: Exchange, claims: Claims) -> list[str] | None:
    """Return those of the route's scopes that the token has, at least one; None if it asks for none."""
    wanted = exchange.matched.route.authorization_scopes
    if not wanted:
        return None
    held = claims.get("scope") or claims.get("scp") or []
    held = held.split() if isinstance(held, str) else held
    granted = [scope for scope in wanted if scope in held]
    if not granted:
        description = 'error="insufficient_scope" error_description="insufficient scope"'
        raise forbidden("insufficient scope", f'Bearer scope="{" ".join(wanted)}" {description}')
    return granted


def _as_strings(claims: Claims) -> dict[str, str]:
    """Return the claims as HTTP APIs pass them on: all of them strings, lists as `[a b]`."""
    return {
        name: f"[{' '.join(map(str, value))}]" if isinstance(value, list) else _as_string(value)
        for name, value in claims.items()
    }


def _as_string(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _invalid(description: str) -> GatewayError:
    quoted = description.encode("ascii", "replace").decode().replace('"', "'").replace("\n", " ")
    return unauthorized(description, f'Bearer error="invalid_token" error_description="{quoted}"')


class KeysUnavailable(Exception):
    """The issuer's keys could not be fetched."""


@dataclass(frozen=True)
class _FetchedKeys:
    keys: KeySet
    at: float


_keys_by_issuer: dict[str, _FetchedKeys] = {}


def signing_keys(issuer: str, token: str) -> KeySet:
    """Return the issuer's keys, found by OpenID Connect discovery and kept for a while.

    They are fetched again if they are old or lack the key that signed the token. Raises KeysUnavailable.
    """
    fetched = _keys_by_issuer.get(issuer)
    if fetched is None or not _can_verify(fetched, token):
        # No lock: two requests may fetch the same keys, and none waits for another's issuer.
        fetched = _keys_by_issuer[issuer] = _FetchedKeys(_fetch_keys(issuer), time.monotonic())
    return fetched.keys


def _can_verify(fetched: _FetchedKeys, token: str) -> bool:
    age_seconds = time.monotonic() - fetched.at
    if age_seconds > KEYS_KEPT_SECONDS:
        return False
    key_id = jws.extract_compact(token.encode()).headers().get("kid")
    return age_seconds < KEYS_RETRY_SECONDS or any(key.kid == key_id for key in fetched.keys)


def _fetch_keys(issuer: str) -> KeySet:
    try:
        discovery = _get_json(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        return KeySet.import_key_set(_get_json(discovery["jwks_uri"]))
    except (requests.RequestException, JoseError, ValueError, KeyError, TypeError) as error:
        raise KeysUnavailable(f"{type(error).__name__} at {issuer}") from error


def _get_json(url: str) -> dict:
    response = requests.get(url, timeout=FETCH_TIMEOUT_SECONDS)
    response.raise_for_status()
    return response.json()
