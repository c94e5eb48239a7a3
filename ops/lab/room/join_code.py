"""Join code of a room: eight signs that are read aloud, typed by hand, and hard to guess.

Signs that look alike (0 O Q D, 1 I L, 2 Z, 5 S, 8 B, U V) are left out, and vowels, so that no word comes
about by chance. Eight of nineteen are 34 bits, of which the host lets nobody try more than a few each minute.
"""

import secrets

_SIGNS = "CFGHJKMNPRTWXY34679"
_LENGTH = 8
_SPELLING = {
    "C": "Charlie",
    "F": "Foxtrot",
    "G": "Golf",
    "H": "Hotel",
    "J": "Juliett",
    "K": "Kilo",
    "M": "Mike",
    "N": "November",
    "P": "Papa",
    "R": "Romeo",
    "T": "Tango",
    "W": "Whiskey",
    "X": "X-ray",
    "Y": "Yankee",
}


def new_code() -> str:
    """A code as it is shown: two groups of four."""
    return _grouped("".join(secrets.choice(_SIGNS) for _ in range(_LENGTH)))


def same_code(typed: str, code: str) -> bool:
    """Whether somebody typed this code, in small letters or without its hyphen; as fast for every code."""
    return secrets.compare_digest(_bare(typed).encode("utf-8", "replace"), _bare(code).encode())


def is_code(typed: str) -> bool:
    """Whether it could be a code."""
    bare = _bare(typed)
    return len(bare) == _LENGTH and set(bare) <= set(_SIGNS)


def spelled(code: str) -> str:
    """The code to be read aloud, by the words of the ICAO's alphabet, none of which sounds like another."""
    return ", ".join(_SPELLING.get(sign, sign) for sign in _bare(code))


def _bare(typed: str) -> str:
    return "".join(typed.split()).replace("-", "").upper()


def _grouped(signs: str) -> str:
    return f"{signs[:4]}-{signs[4:]}"
