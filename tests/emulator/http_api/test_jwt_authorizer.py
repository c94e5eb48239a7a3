"""JWT authorizers, against an issuer on this machine."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.emulator.http_api.builder import BuiltApi
from tests.emulator.http_api.client import Answer, send
from tests.emulator.http_api.conftest import MakeApi
from tests.emulator.http_api.issuer import Issuer

FOREIGN_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    issuer = Issuer()
    yield issuer
    issuer.stop()


def _protect(api: BuiltApi, issuer_url: str) -> None:
    created = api.client.create_authorizer(
        ApiId=api.id,
        Name="jwt",
        AuthorizerType="JWT",
        IdentitySource=["$request.header.Authorization"],
        JwtConfiguration={"Issuer": issuer_url, "Audience": ["lab", "other"]},
    )
    protected = {"AuthorizationType": "JWT", "AuthorizerId": created["AuthorizerId"]}
    api.route("GET /me", **protected)
    api.route("GET /admin", AuthorizationScopes=["admin", "root"], **protected)


@pytest.fixture(scope="module")
def api(make_api: MakeApi, issuer: Issuer) -> BuiltApi:
    api = make_api()
    _protect(api, issuer.url)
    return api


def _get(api: BuiltApi, token: str | None, path: str = "/me") -> Answer:
    return send(api.url, "GET", path, [("authorization", token)] if token else [])


@pytest.mark.parametrize("prefix", ["Bearer ", "bearer ", ""])
def test_a_good_token_is_let_in_with_its_claims(api: BuiltApi, issuer: Issuer, prefix: str) -> None:
    answer = _get(api, prefix + issuer.token(groups=["a", "b"], admin=True, scope="x y"))
    assert answer.status == 200
    jwt = answer.json()["requestContext"]["authorizer"]["jwt"]
    assert jwt["scopes"] is None
    assert jwt["claims"]["sub"] == "ada"
    assert (jwt["claims"]["groups"], jwt["claims"]["admin"]) == ("[a b]", "true")
    assert jwt["claims"]["exp"].isdigit()


def test_client_id_stands_in_for_a_missing_audience(api: BuiltApi, issuer: Issuer) -> None:
    assert _get(api, issuer.token(aud=None, client_id="lab")).status == 200
    assert _get(api, issuer.token(aud="wrong", client_id="lab")).status == 401
    assert _get(api, issuer.token(aud=["x", "other"])).status == 200


def test_no_token_is_unauthorized(api: BuiltApi) -> None:
    answer = _get(api, None)
    assert (answer.status, answer.json()) == (401, {"message": "Unauthorized"})
    assert answer.header("www-authenticate") == "Bearer"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "http://127.0.0.1:1"},
        {"aud": "elsewhere"},
        {"aud": None},
        pytest.param({"exp": int(time.time()) - 60}, id="expired"),
        {"exp": None},
        {"exp": "never"},
        pytest.param({"nbf": int(time.time()) + 3600}, id="not yet valid"),
        pytest.param({"iat": int(time.time()) + 3600}, id="issued in an hour"),
    ],
    ids=str,
)
def test_a_token_with_a_bad_claim_is_unauthorized(
    api: BuiltApi, issuer: Issuer, claims: dict[str, Any]
) -> None:
    answer = _get(api, issuer.token(**claims))
    assert (answer.status, answer.json()) == (401, {"message": "Unauthorized"})
    assert 'error="invalid_token"' in (answer.header("www-authenticate") or "")


def test_a_token_that_the_issuer_did_not_sign_is_unauthorized(api: BuiltApi, issuer: Issuer) -> None:
    assert _get(api, issuer.token(key=FOREIGN_KEY)).status == 401
    assert _get(api, issuer.token(algorithm="none")).status == 401
    assert _get(api, issuer.token(algorithm="HS256")).status == 401


@pytest.mark.parametrize(
    "token", ["Bearer", "Bearer x", "a.b.c", "..", "e30.e30.e30", "Bearer \xff", "x" * 7000]
)
def test_what_is_no_token_is_unauthorized(api: BuiltApi, token: str) -> None:
    assert _get(api, token).status == 401


def test_one_of_the_scopes_of_the_route_is_enough(api: BuiltApi, issuer: Issuer) -> None:
    answer = _get(api, issuer.token(scope="read root"), "/admin")
    assert answer.json()["requestContext"]["authorizer"]["jwt"]["scopes"] == ["root"]
    assert _get(api, issuer.token(scp=["admin"]), "/admin").status == 200


def test_a_token_without_the_scope_is_forbidden(api: BuiltApi, issuer: Issuer) -> None:
    answer = _get(api, issuer.token(scope="read"), "/admin")
    assert (answer.status, answer.json()) == (403, {"message": "Forbidden"})
    assert 'error="insufficient_scope"' in (answer.header("www-authenticate") or "")


def test_the_keys_are_fetched_once(api: BuiltApi, issuer: Issuer) -> None:
    assert _get(api, issuer.token()).status == 200
    fetched = len(issuer.requests)
    assert [_get(api, issuer.token()).status for _ in range(3)] == [200] * 3
    assert len(issuer.requests) == fetched


def test_an_issuer_that_does_not_answer_is_unauthorized(make_api: MakeApi, issuer: Issuer) -> None:
    api = make_api()
    _protect(api, "http://127.0.0.1:1")
    assert _get(api, issuer.token(iss="http://127.0.0.1:1")).status == 401
