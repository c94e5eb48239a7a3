"""A log event's text, and the JSON in it, read once however many filters look at it."""

import json
from functools import cached_property


class LogMessage:
    """`document` is the parsed object, or None where the text is not a JSON object or array."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def document(self) -> dict | list | None:
        if not self.text.lstrip().startswith(("{", "[")):
            return None
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError):
            return None
