"""Endpoint of Splunk's HTTP Event Collector (HEC), as far as a forwarder of events uses it."""

import zlib
from collections.abc import Collection

from ops.lab.sinks.hec_envelope import EnvelopeRefused, HecAnswer, read_envelopes
from ops.lab.sinks.http_exchange import SinkAnswer, SinkRequest, SinkVerdict
from ops.lab.sinks.ledger import SinkFinding

EVENT_PATHS = ("/services/collector", "/services/collector/event", "/services/collector/event/1.0")
HEALTH_PATHS = ("/services/collector/health", "/services/collector/health/1.0")
# Splunk Cloud Platform Service Description, "HTTP Event Collector (HEC) maximum content length size limit":
# 1 MB. Splunk Enterprise takes more unless limits.conf, [http_input] max_content_length, says otherwise.
_MAX_BYTES = 1_048_576
_GZIP = 16 + zlib.MAX_WBITS  # zlib.decompressobj: a gzip header and trailer


class HecEndpoint:
    """Takes the events of a request, all or none, from a sender that has the token."""

    max_bytes = _MAX_BYTES
    server_error = HecAnswer.SERVER_ERROR.answer()

    def __init__(self, token: str, allowed_indexes: Collection[str]) -> None:
        self._token = token
        self._allowed_indexes = allowed_indexes

    def examine(self, request: SinkRequest) -> SinkVerdict:
        if request.path in HEALTH_PATHS and request.method == "GET":
            return SinkVerdict(HecAnswer.HEALTHY.answer())
        if request.path not in EVENT_PATHS:
            return _refused(
                SinkAnswer.of(404, {"text": "Not found", "code": 404}), f"no resource {request.path}"
            )
        if request.method != "POST":
            return _refused(SinkAnswer.of(405, {"text": "Method not allowed"}), f"{request.method}, not POST")
        if (refusal := self._refuse_caller(request.headers.get("authorization"))) is not None:
            return _refused(refusal.answer(), refusal.text)
        return self._take(request)

    def too_large(self, length: int) -> SinkVerdict:
        return _refused(
            SinkAnswer.of(413, {"text": "Request entity too large"}),
            f"{length} bytes, more than {_MAX_BYTES}",
        )

    def _refuse_caller(self, authorization: str | None) -> HecAnswer | None:
        if not authorization:
            return HecAnswer.TOKEN_REQUIRED
        scheme, _, token = authorization.partition(" ")
        if scheme != "Splunk":
            return HecAnswer.INVALID_AUTHORIZATION
        return None if token == self._token else HecAnswer.INVALID_TOKEN

    def _take(self, request: SinkRequest) -> SinkVerdict:
        try:
            plain = _plain(request)
            if len(plain) > _MAX_BYTES:
                return self.too_large(len(plain))
            text = plain.decode()
        except (OSError, zlib.error, UnicodeDecodeError) as error:
            return _refused(HecAnswer.INVALID_FORMAT.answer(), f"unreadable body: {error}")
        if not text.strip():
            return _refused(HecAnswer.NO_DATA.answer(), HecAnswer.NO_DATA.text)
        try:
            envelopes = read_envelopes(text, self._allowed_indexes)
        except EnvelopeRefused as error:
            return _refused(error.answer.answer(**{"invalid-event-number": error.number}), str(error))
        return SinkVerdict(HecAnswer.SUCCESS.answer(), [SinkFinding(envelope) for envelope in envelopes])


def _plain(request: SinkRequest) -> bytes:
    """The body, unpacked no further than one byte over the limit."""
    encoding = request.headers.get("content-encoding", "identity")
    if encoding == "identity":
        return request.body
    if encoding != "gzip":
        raise OSError(f"Content-Encoding {encoding}")
    unpacker = zlib.decompressobj(wbits=_GZIP)
    plain = unpacker.decompress(request.body, _MAX_BYTES + 1)
    if len(plain) <= _MAX_BYTES and not unpacker.eof:
        raise OSError("the gzip stream is cut off")
    return plain


def _refused(answer: SinkAnswer, problem: str) -> SinkVerdict:
    return SinkVerdict(answer, [SinkFinding({}, problem)])
