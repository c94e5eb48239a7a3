"""Numeric functions. Where there is no such number, as for the root of -1, they have no value."""

import math

from lab_emulator.logs.insights.functions.definition import QueryFunction, of_numbers
from lab_emulator.logs.insights.values import Value, ValueKind, number, whole

_EARTH_RADIUS_KM = 6371.0
_INT_BITS, _LONG_BITS = 32, 64
_MOST_DECIMALS = 15


def _round(value: float, decimals: float = 0) -> float | int | None:
    """To the nearest, and of two the one that is farther from zero."""
    places = int(decimals)
    if abs(places) > _MOST_DECIMALS:
        raise ValueError(f"{places} decimals")
    factor = 10.0**places
    return whole(math.copysign(math.floor(abs(value) * factor + 0.5) / factor, value))


def _haversine(latitude1: float, longitude1: float, latitude2: float, longitude2: float) -> float:
    """Kilometres between two places on a sphere."""
    one, other = math.radians(latitude1), math.radians(latitude2)
    across = math.sin((other - one) / 2) ** 2
    along = math.sin(math.radians(longitude2 - longitude1) / 2) ** 2
    return 2 * _EARTH_RADIUS_KM * math.asin(math.sqrt(across + math.cos(one) * math.cos(other) * along))


def _integer(bits: int) -> QueryFunction:
    def convert(value: float) -> int:
        converted = int(value)
        if not -(2 ** (bits - 1)) <= converted < 2 ** (bits - 1):
            raise ValueError(f"{converted} has more than {bits} bits")
        return converted

    return of_numbers(convert)


def _to_number(value: Value) -> Value:
    return number(value)


NUMBER_FUNCTIONS = {
    "abs": of_numbers(abs),
    "ceil": of_numbers(math.ceil),
    "floor": of_numbers(math.floor),
    "greatest": of_numbers(lambda *values: max(values), most=None),
    "least": of_numbers(lambda *values: min(values), most=None),
    "log": of_numbers(lambda value: whole(math.log(value))),
    "round": of_numbers(_round, most=2),
    "sqrt": of_numbers(lambda value: whole(math.sqrt(value))),
    "haversine": of_numbers(_haversine, least=4, most=4),
    "tonumber": QueryFunction(_to_number, 1, 1),
    "todouble": QueryFunction(_to_number, 1, 1),
    "toint": _integer(_INT_BITS),
    "tolong": _integer(_LONG_BITS),
    "hextodec": QueryFunction(lambda value: _from_hex(value), 1, 1, ValueKind.COMPUTED),
    "dectohex": of_numbers(lambda value: hex(int(value))),
}


def _from_hex(value: Value) -> Value:
    try:
        return int(str(value), 16)
    except ValueError:
        return None
