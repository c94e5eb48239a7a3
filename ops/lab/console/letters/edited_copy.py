"""Edited copy of a dead letter: sent through the app's API, as a client would send it."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from functions.common.errors import InvalidJson
from functions.ingestion.environment import IngestEnvironment
from functions.ingestion.identity import KEY_RULE, is_valid_key
from functions.ingestion.strict_json import parse_json
from ops.lab.actions.idempotency_keys import release
from ops.lab.app.api import Api
from ops.lab.app.target import Target
from ops.lab.console.letters.found_letter import FoundLetter
from ops.lab.errors import CommandError, Refused

_KEY_CHARACTERS = 128
_SUFFIX = "-edited"


@dataclass(frozen=True)
class EditedCopy:
    """`body` is JSON text. With the key of the original the table forgets that key before: it would refuse
    another payload under it."""

    body: str
    key: str

    @classmethod
    def of(cls, body: str, key: str) -> "EditedCopy":
        """Raises Refused for what the API refuses of any event: no object, too large, a malformed key."""
        data = body.encode("utf-8", "surrogatepass")
        most = IngestEnvironment.max_body_bytes
        if len(data) > most:
            raise Refused(f"the body has {len(data)} bytes, more than {most}", hint="make it shorter")
        try:
            event = parse_json(data)
        except (InvalidJson, RecursionError) as error:
            raise Refused(f"the body is not JSON: {error}", hint="correct it and send it again") from error
        if not isinstance(event, dict):
            raise Refused("the body is not a JSON object", hint='an event is {"orderId": …, "amount": …}')
        if not is_valid_key(key):
            raise Refused(f"the key must have {KEY_RULE}")
        return cls(body, key)

    def send(self, target: Target, original: FoundLetter, api: Api) -> None:
        """Post it. Raises Refused where the key has succeeded, or the API does not accept it: then the table
        is as it was."""
        forgotten = self._forget(target, original) if self.key == original.key else None
        answer = api.request(
            "POST",
            "/events",
            self.body.encode("utf-8", "surrogatepass"),
            {"idempotency-key": self.key},
        )
        if answer.accepted:
            return
        if forgotten is not None and answer.status >= 400:
            _put_back(target, forgotten)
        told = f"the API did not accept it: {answer.status} {answer.told}" if answer.came else answer.told
        kind = Refused if 400 <= answer.status < 500 else CommandError
        raise kind(told, hint="correct it and send it again; the original is in its queue")

    def _forget(self, target: Target, original: FoundLetter) -> Mapping[str, Any] | None:
        if original.item is None or self.body == original.body:
            return None
        if original.item["status"]["S"] == "SUCCEEDED":
            raise Refused(
                f"{self.key} has succeeded: its event would be processed a second time",
                hint="give the copy a key of its own",
            )
        return release(target, self.key)


def own_key(original: FoundLetter) -> str:
    """A key for a copy, made from that of the original."""
    return original.key[: _KEY_CHARACTERS - len(_SUFFIX)] + _SUFFIX


def _put_back(target: Target, item: Mapping[str, Any]) -> None:
    with suppress(target.dynamodb.exceptions.ConditionalCheckFailedException):  # an attempt has it meanwhile
        target.dynamodb.put_item(
            TableName=target.output("TableName"),
            Item=dict(item),
            ConditionExpression="attribute_not_exists(idempotencyKey)",
        )
