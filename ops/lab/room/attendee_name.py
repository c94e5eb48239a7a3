"""Attendee's name: a line of text that everybody on the board can read and tell from the others."""

import unicodedata

from ops.lab.errors import Refused

LONGEST_NAME = 40
# Controls, formats (also those that turn the direction of the text round), surrogates, private use,
# unassigned, separators of lines: a name of these is read as another one, or not at all.
_UNREADABLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def checked_name(text: str) -> str:
    """The name, in Unicode's composed form and with single spaces. Raises Refused where it cannot be one."""
    name = " ".join(part for part in unicodedata.normalize("NFC", text).split(" ") if part)
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Refused(f"a name has 1 to {LONGEST_NAME} characters", hint="choose another: --as NAME")
    if any(unicodedata.category(sign) in _UNREADABLE for sign in name):
        raise Refused("a name has no control or invisible characters", hint="choose another: --as NAME")
    if not any(sign.isalnum() for sign in name):
        raise Refused("a name has a letter or a digit", hint="choose another: --as NAME")
    return name


def key_of(name: str) -> str:
    """What two names have in common that a reader takes for the same one."""
    return unicodedata.normalize("NFKC", name).casefold()
