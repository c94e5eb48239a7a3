"""Filter patterns, as "Filter pattern syntax" in the CloudWatch Logs user guide defines them.

Terms (`ERROR -"health check" ?WARN %4\\d\\d%`) and JSON (`{ $.status >= 500 && $.retry IS TRUE }`).
Space-delimited patterns (`[ip, user, ...]`) are refused: nothing in the lab writes such logs.
"""

from functools import lru_cache

from lab_emulator.logs.patterns.errors import InvalidPattern
from lab_emulator.logs.patterns.json_parser import parse_json_pattern
from lab_emulator.logs.patterns.message import LogMessage
from lab_emulator.logs.patterns.selector import Selector
from lab_emulator.logs.patterns.syntax import Pattern
from lab_emulator.logs.patterns.terms import parse_terms


@lru_cache(maxsize=256)
def parse_pattern(text: str) -> Pattern:
    """Return the pattern that `text` describes; an empty one matches everything.

    Raises InvalidPattern where the text is not a pattern, or one of a kind that is not supported.
    """
    stripped = text.strip()
    if stripped.startswith("["):
        raise InvalidPattern("space-delimited patterns are not supported")
    if stripped.startswith("{"):
        return parse_json_pattern(stripped)
    return parse_terms(stripped)


__all__ = ["InvalidPattern", "LogMessage", "Pattern", "Selector", "parse_pattern"]
