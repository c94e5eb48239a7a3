"""POST to a service outside AWS: whom it trusts, when it gives up, how much it reads."""

import socket

import pytest

from functions.integrations import http_post
from functions.integrations.http_post import NotSent, PostAnswer, post
from tests.functions.servers.certificate import certificate
from tests.functions.servers.http_server import http_server


def test_what_is_posted_arrives_and_the_answer_comes_back() -> None:
    with http_server() as server:
        server.answer((202, {"ok": True}))
        answer = post(server.url + "/ingest", b"line", {"Authorization": "Api-Token t"})
        assert (answer.status, answer.ok, answer.document()) == (202, True, {"ok": True})
        (request,) = server.requests
        assert (request.path, request.body) == ("/ingest", "line")
        assert request.headers["Authorization"] == "Api-Token t"


@pytest.mark.parametrize(
    ("status", "may_pass"), [(400, False), (401, False), (403, False), (408, True), (429, True), (503, True)]
)
def test_some_answers_may_pass_by_themselves(status: int, may_pass: bool) -> None:
    assert PostAnswer(status, b"").may_pass is may_pass


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b""])
def test_an_answer_of_something_else_has_no_document(body: bytes) -> None:
    assert PostAnswer(200, body).document() == {}


def test_a_redirect_is_an_answer_and_not_a_way_for_the_token() -> None:
    with http_server() as server:
        server.answer((307, ""))
        assert post(server.url, b"", {"Authorization": "Api-Token t"}).status == 307
        assert len(server.requests) == 1


def test_a_silent_server_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    http_post._pool.cache_clear()
    monkeypatch.setattr(http_post, "READ_TIMEOUT_SECONDS", 0.2)
    with http_server() as server:
        server.answer((0, None))
        with pytest.raises(NotSent, match="ReadTimeoutError"):
            post(server.url, b"", {})
    http_post._pool.cache_clear()


def test_a_closed_port_is_not_sent() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with pytest.raises(NotSent):
        post(f"http://127.0.0.1:{port}", b"", {})


def test_only_a_server_that_the_given_authority_vouches_for_gets_anything() -> None:
    with http_server(tls=True) as server:
        server.answer((200, {}))
        with pytest.raises(NotSent, match="CERTIFICATE_VERIFY_FAILED"):
            post(server.url, b"line", {})
        assert server.requests == []
        assert post(server.url, b"line", {}, ca_certificate=certificate()).ok
        # The certificate is for the address, not for the name.
        with pytest.raises(NotSent, match="mismatch"):
            post(server.url.replace("127.0.0.1", "localhost"), b"", {}, ca_certificate=certificate())


def test_an_answer_without_end_is_read_no_further_than_its_limit() -> None:
    with http_server() as server:
        server.answer((200, "x" * 3 * http_post.MAX_ANSWER_BYTES))
        assert len(post(server.url, b"", {}).body) == http_post.MAX_ANSWER_BYTES
        server.answer((200, {"code": 0}))
        assert post(server.url, b"", {}).document() == {"code": 0}
