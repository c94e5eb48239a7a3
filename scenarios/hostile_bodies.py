"""Bodies that no client should send, and the status that each must get."""

import base64
from dataclasses import dataclass


@dataclass(frozen=True)
class HostileBody:
    name: str
    data: bytes
    status: int = 400

    def as_base64(self) -> str:
        """API Gateway's form for bodies that are not text."""
        return base64.b64encode(self.data).decode()


def _order(order_id: bytes = b'"o"', amount: bytes = b"1", rest: bytes = b"") -> bytes:
    return b'{"orderId":' + order_id + b',"amount":' + amount + rest + b"}"


HOSTILE_BODIES = [
    HostileBody("empty", b""),
    HostileBody("white space", b" \r\n\t"),
    HostileBody("plain text", b"hello"),
    HostileBody("form", b"orderId=1&amount=2"),
    HostileBody("XML", b"<order/>"),
    HostileBody("truncated", b'{"orderId":"o","amount":'),
    HostileBody("two documents", _order() + _order()),
    HostileBody("trailing comma", _order(rest=b",")),
    HostileBody("single quotes", b"{'orderId':'o','amount':1}"),
    HostileBody("comment", b"/* x */" + _order()),
    HostileBody("null", b"null"),
    HostileBody("true", b"true"),
    HostileBody("number", b"42"),
    HostileBody("string", b'"orderId"'),
    HostileBody("array", b"[" + _order() + b"]"),
    HostileBody("empty object", b"{}"),
    HostileBody("no amount", b'{"orderId":"o"}'),
    HostileBody("no order id", b'{"amount":1}'),
    HostileBody("order id null", _order(order_id=b"null")),
    HostileBody("order id number", _order(order_id=b"1")),
    HostileBody("order id object", _order(order_id=b"{}")),
    HostileBody("order id empty", _order(order_id=b'""')),
    HostileBody("order id blank", _order(order_id=b'"  "')),
    HostileBody("order id too long", _order(order_id=b'"' + b"x" * 129 + b'"')),
    HostileBody("amount string", _order(amount=b'"1"')),
    HostileBody("amount boolean", _order(amount=b"true")),
    HostileBody("amount null", _order(amount=b"null")),
    HostileBody("amount array", _order(amount=b"[1]")),
    HostileBody("amount negative", _order(amount=b"-0.01")),
    HostileBody("amount NaN", _order(amount=b"NaN")),
    HostileBody("amount Infinity", _order(amount=b"Infinity")),
    HostileBody("amount -Infinity", _order(amount=b"-Infinity")),
    HostileBody("amount 1e999", _order(amount=b"1e999")),
    HostileBody("amount exponent beyond decimal", _order(amount=b"1e99999999999999999999")),
    HostileBody("amount 1e-999", _order(amount=b"1e-999")),
    HostileBody("amount of 5000 digits", _order(amount=b"9" * 5000)),
    HostileBody("amount of 400,000 digits", _order(amount=b"9" * 400_000)),
    HostileBody("amount of 5000 decimals", _order(amount=b"0." + b"1" * 5000)),
    HostileBody("amount hexadecimal", _order(amount=b"0x10")),
    HostileBody("amount with leading zero", _order(amount=b"01")),
    HostileBody("amount with plus", _order(amount=b"+1")),
    HostileBody("huge number elsewhere", _order(rest=b',"x":1e999')),
    HostileBody("NaN elsewhere", _order(rest=b',"x":[NaN]')),
    HostileBody("array bomb", b"[" * 100_000 + b"]" * 100_000),
    HostileBody("unclosed array bomb", b"[" * 900_000),
    HostileBody("object bomb", b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    HostileBody("bomb in an extra member", _order(rest=b',"x":' + b"[" * 500 + b"]" * 500)),
    HostileBody("raw NUL in a string", _order(order_id=b'"a\0b"')),
    HostileBody("raw NUL after the document", _order() + b"\0"),
    HostileBody("escaped NUL", _order(order_id=b'"a\\u0000b"')),
    HostileBody("NUL in a member's name", _order(rest=b',"\\u0000":1')),
    HostileBody("only NULs", b"\0" * 1000),
    HostileBody("raw control character", _order(order_id=b'"a\nb"')),
    HostileBody("lone high surrogate", _order(order_id=b'"\\ud800"')),
    HostileBody("lone low surrogate", _order(order_id=b'"\\udfff"')),
    HostileBody("surrogate in a member's name", _order(rest=b',"\\ud800":1')),
    HostileBody("surrogate as UTF-8 bytes", _order(order_id=b'"\xed\xa0\x80"')),
    HostileBody("invalid UTF-8", _order(order_id=b'"\xff"')),
    HostileBody("overlong UTF-8", _order(order_id=b'"\xc0\x80"')),
    HostileBody("UTF-16", '{"orderId":"o","amount":1}'.encode("utf-16")),
    HostileBody("UTF-8 byte order mark", b"\xef\xbb\xbf" + _order()),
    HostileBody("gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00"),
    HostileBody("duplicate amount", _order(rest=b',"amount":2')),
    HostileBody("duplicate key by escape", _order(rest=b',"\\u0061mount":2')),
    HostileBody("duplicate key nested", _order(rest=b',"x":{"y":1,"y":1}')),
    HostileBody("idempotency key number", _order(rest=b',"idempotencyKey":7')),
    HostileBody("idempotency key empty", _order(rest=b',"idempotencyKey":""')),
    HostileBody("idempotency key with control", _order(rest=b',"idempotencyKey":"a\\nb"')),
    HostileBody("idempotency key not ASCII", _order(rest=b',"idempotencyKey":"\\u00e9"')),
    HostileBody("idempotency key too long", _order(rest=b',"idempotencyKey":"' + b"k" * 129 + b'"')),
    HostileBody("2 MB of white space", b" " * 2_000_000 + _order(), 413),
    HostileBody("2 MB string", _order(rest=b',"x":"' + b"x" * 2_000_000 + b'"'), 413),
    HostileBody("2 MB of NULs", b"\0" * 2_000_000, 413),
    HostileBody("grows beyond a message", _order(rest=b',"x":[' + b"1e20," * 150_000 + b"1]"), 413),
]
