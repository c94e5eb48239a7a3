"""Regular expressions of a query, in Python's: what AWS's engine lacks is refused, not given another meaning.

"CloudWatch Logs Insights supports Hyperscan" (user guide, "Matches and regular expressions in the filter
command"), which has neither back-references nor looks ahead or behind, atomic groups and possessive repeats.
"""

import re
from dataclasses import dataclass

_ATOM = re.compile(
    r"""
    (?P<escape>\\.)
    | (?P<set>\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\]\\])*\])
    | (?P<name>\(\?P?<(?P<called>[^>=!][^>]*)>)
    | (?P<flags>\(\?(?P<letters>[a-zA-Z]+)\))
    | (?P<look>\(\?(?:<?[=!]|>|\||\(|P=|\#))
    | (?P<possessive>[*+?}]\+)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_FLAGS = {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}
_KNOWN_ESCAPES = frozenset("dDwWsSbBAzZnrtfvax")
_OF_SETS = re.compile(r"\\.|\[|&&|~~|\|\|", re.DOTALL)


class UnsupportedRegex(ValueError):
    """Expression that is none, or one with what AWS's engine does not have."""


@dataclass(frozen=True)
class NamedRegex:
    """Compiled expression, and the names of its groups by their numbers."""

    compiled: re.Pattern[str]
    groups: dict[int, str]


def compile_regex_literal(body: str) -> NamedRegex:
    """Compile what stands between slashes. Raises UnsupportedRegex.

    Names of groups may be any, as `@user` is; Python's may not, so that groups go by their numbers.
    """
    flags, groups = re.ASCII, 0
    pieces: list[str] = []
    names: dict[int, str] = {}
    for atom in _ATOM.finditer(body):
        piece = atom[0]
        if atom["name"]:
            groups += 1
            names[groups] = atom["called"]
            piece = "("
        elif atom["flags"]:
            flags |= _leading_flags(atom["letters"], pieces)
            piece = ""
        elif atom["look"] or atom["possessive"]:
            raise UnsupportedRegex(f"{piece} is not supported in regular expressions")
        elif atom["escape"]:
            piece = _escape(piece)
        elif atom["set"]:
            piece = _set(piece)
        elif piece == "(" and body[atom.end() : atom.end() + 1] != "?":
            groups += 1
        pieces.append(piece)
    if len(set(names.values())) < len(names):
        raise UnsupportedRegex("two groups have one name")
    try:
        return NamedRegex(re.compile("".join(pieces), flags), names)
    except (re.error, OverflowError, RecursionError) as error:
        raise UnsupportedRegex(f"not a regular expression: {error}") from error


def _leading_flags(letters: str, before: list[str]) -> int:
    """`(?i)` holds for what follows it: in Python for all, which is one where only `^` stands before."""
    if "".join(before) not in ("", "^"):
        raise UnsupportedRegex(f"(?{letters}) is supported at the beginning alone")
    if unknown := set(letters) - _FLAGS.keys():
        raise UnsupportedRegex(f"flags {''.join(sorted(unknown))} are not supported in regular expressions")
    return sum(_FLAGS[letter] for letter in set(letters))


def _escape(escape: str) -> str:
    letter = escape[1]
    if letter in "123456789k":
        raise UnsupportedRegex(f"{escape} is a back-reference, which is not supported")
    if letter.isalpha() and letter not in _KNOWN_ESCAPES:
        raise UnsupportedRegex(f"{escape} is not supported in regular expressions")
    return {"z": r"\Z", "Z": r"(?=\n?\Z)"}.get(letter, escape)


def _set(piece: str) -> str:
    if "[:" in piece:
        raise UnsupportedRegex(f"classes such as {piece} are not supported in regular expressions")
    # Python warns of what may become an operation on sets.
    return f"[{_OF_SETS.sub(_literally, piece[1:-1])}]"


def _literally(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith("\\") else "".join(f"\\{each}" for each in found[0])
