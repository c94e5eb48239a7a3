"""Condition values: numbers, moments, bytes and addresses as policies and requests write them.

Each function raises ValueError, in words, for a text that is no such value.
Source: IAM user guide, "IAM JSON policy elements: Condition operators".
"""

import base64
import binascii
import ipaddress
import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache

_W3C_DATE = re.compile(
    r"(?P<date>\d{4}(?:-\d\d(?:-\d\d)?)?)(?:T(?P<time>\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(?P<zone>Z|[+-]\d\d:?\d\d)?)?"
)
_EPOCH_SECONDS = re.compile(r"-?\d{5,}(?:\.\d+)?")
_FIRST_DAY = "0000-01-01"


@lru_cache(maxsize=4096)
def number_of(text: str) -> Decimal:
    """Return an integer or a decimal number."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{text!r} is not a number") from None
    if not number.is_finite():
        raise ValueError(f"{text!r} is not a number")
    return number


@lru_cache(maxsize=4096)
def moment_of(text: str) -> float:
    """Return seconds since 1970 of epoch seconds, or of a date in ISO 8601 as W3C profiles it.

    Four digits are a year.
    """
    if _EPOCH_SECONDS.fullmatch(text):
        return float(text)
    found = _W3C_DATE.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is neither a date in ISO 8601 nor epoch seconds")
    date = found["date"] + _FIRST_DAY[len(found["date"]) :]
    return datetime.fromisoformat(f"{date}T{found['time'] or '00:00'}{found['zone'] or 'Z'}").timestamp()


def bytes_of(text: str) -> bytes:
    """Return the bytes that `text` has in base 64."""
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"{text!r} is not in base 64: {error}") from None


def network_of(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """Return a range in CIDR notation; an address without a prefix is a range of one."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise ValueError(f"{text!r} is neither an IP address nor a range in CIDR notation") from None


@lru_cache(maxsize=1024)
def address_of(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return an address of IPv4 or IPv6."""
    return ipaddress.ip_address(text)


def truth_of(text: str) -> str:
    """Return "true" or "false"."""
    if text.lower() not in ("true", "false"):
        raise ValueError(f"{text!r} is neither true nor false")
    return text.lower()
