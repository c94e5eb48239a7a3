"""Templates of resource ARNs, filled with what a request names."""

import re
from collections.abc import Sequence
from typing import Any

from lab_emulator.iam.api_call import ApiCall
from lab_emulator.iam.operations import member_filter

_PLACEHOLDER = re.compile(r"\{(\w+)(?:\|(\w+))?\}")
_OF_THE_CALL = {"partition", "region", "account"}


class ResourceTemplate:
    """One ARN template. Members with several values make several ARNs."""

    def __init__(self, text: str) -> None:
        """Raises AttributeError for a filter that there is none of."""
        self._literals: list[str] = []
        self._names: list[str] = []
        self._filters: list[Any] = []
        end = 0
        for found in _PLACEHOLDER.finditer(text):
            self._literals.append(text[end : found.start()])
            self._names.append(found[1])
            self._filters.append(getattr(member_filter, found[2]) if found[2] else None)
            end = found.end()
        self._rest = text[end:]

    def fill(self, call: ApiCall) -> Sequence[str]:
        """The ARNs; none where the request lacks a member of the template."""
        arns = [""]
        for literal, name, filtered in zip(self._literals, self._names, self._filters, strict=True):
            values = self._values(name, filtered, call)
            if not values:
                return ()
            if name not in _OF_THE_CALL and values[0].startswith("arn:"):
                return values
            arns = [f"{arn}{literal}{value}" for arn in arns for value in values]
        return [arn + self._rest for arn in arns]

    @staticmethod
    def _values(name: str, filtered: Any, call: ApiCall) -> list[str]:
        if name == "account":
            return [call.account_id]
        if name in _OF_THE_CALL:
            return [getattr(call, name)]
        value = call.request.get(name)
        values = value if isinstance(value, list) else [value]
        if filtered is not None:
            values = [filtered(each, call) for each in values if each]
        return [str(each) for each in values if each is not None and (each or filtered)]


class ResourceTemplates:
    """Templates of one kind of resource, of which the first counts that the request fills; else `*`."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._templates = [ResourceTemplate(text) for text in texts]

    def __call__(self, call: ApiCall) -> Sequence[str]:
        for template in self._templates:
            if arns := template.fill(call):
                return arns
        return ("*",)
