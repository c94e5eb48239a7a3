"""Caches around what moto and botocore compute anew in each call though it depends on names alone.

The models of crashes and interleavings send some hundred thousand calls to moto, and half of the processor's
time of the unit tests went into them. What is kept here is the name of a method, the spellings under which
an answer's members are looked up, parsed update expressions, and the words of the user agent.
"""

from collections.abc import Iterator
from functools import lru_cache

import pytest
from botocore import useragent
from moto.core import responses, serialize, utils
from moto.dynamodb.parsing.expressions import UpdateExpressionParser  # type: ignore[attr-defined]
from moto.sqs import models as sqs_models

_spellings: dict[tuple[object, ...], list[str]] = {}
_spell = serialize.XFormedAttributePicker.get_possible_keys


def _kept_spellings(
    picker: serialize.XFormedAttributePicker, context: serialize.AttributePickerContext
) -> Iterator[str]:
    member = (context.key_path, context.key, type(context.obj), tuple(picker.alias_providers))
    operation = context.operation_model
    known = (operation and (operation.service_model.service_name, operation.name), *member)
    if known not in _spellings:
        _spellings[known] = list(_spell(picker, context))
    return iter(_spellings[known])


def install(patch: pytest.MonkeyPatch) -> None:
    """Put the caches in place until `patch` is undone."""
    underscored = lru_cache(None)(utils.camelcase_to_underscores)
    # Who changes the tree takes a copy of it first: moto's validator.
    parsed = lru_cache(1000)(UpdateExpressionParser.make)
    word = lru_cache(1000)(useragent.sanitize_user_agent_string_component)
    for module, name, kept in (
        (useragent, "sanitize_user_agent_string_component", word),
        (responses, "camelcase_to_underscores", underscored),
        (sqs_models, "camelcase_to_underscores", underscored),
        (responses, "method_names_from_class", lru_cache(None)(utils.method_names_from_class)),
        (serialize.XFormedAttributePicker, "get_possible_keys", _kept_spellings),
        (UpdateExpressionParser, "make", staticmethod(parsed)),
    ):
        patch.setattr(module, name, kept)
