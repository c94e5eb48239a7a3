"""Numbers of a form: read, or refused with what to enter."""

import math

from starlette.datastructures import FormData

from ops.lab.console.changes.action import text_of
from ops.lab.errors import Refused


def whole_number_of(
    form: FormData, name: str, meaning: str, *, least: int = 1, most: int | None = None
) -> int:
    """Raises Refused for what is no whole number from `least` to `most`; `meaning` says what it counts."""
    text = text_of(form, name).replace(",", "")
    try:
        number = int(text)
    except ValueError:
        raise Refused(f"{meaning}: {text!r} is no whole number", hint=f"enter one, {least} or more") from None
    if number < least or (most is not None and number > most):
        bounds = f"{least:,} or more" if most is None else f"{least:,} to {most:,}"
        raise Refused(f"{meaning}: {number:,}", hint=f"enter a number, {bounds}")
    return number


def number_of(form: FormData, name: str, meaning: str) -> float | None:
    """None where the field is empty. Raises Refused for what is no number."""
    text = text_of(form, name)
    if not text:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise Refused(f"{meaning}: {text!r} is no number", hint="enter a number, as 20 or 0.5")
    return number
