"""Pipeline fates: what became of redriven letters, by the state table and by what is in the DLQ."""

from collections.abc import Iterable, Sequence

from functions.redrive.parameters import MAX_PREVIEW_MESSAGES
from ops.lab.app.queue_listing import list_messages
from ops.lab.app.redrive_client import RedriveClient, RedriveFilters
from ops.lab.app.state_table import read_items
from ops.lab.app.target import Target
from ops.lab.console.letters.canary import Fates
from ops.lab.console.letters.found_letter import FoundLetter


class PipelineFates:
    """On AWS the DLQ is looked into by the app's preview, which receives, and only once a key has failed."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._client = RedriveClient.of(target) if target.endpoint is None else None

    def of(self, letters: Sequence[FoundLetter]) -> Fates:
        """A key whose item is another payload's has not succeeded, whatever the item says."""
        payloads: dict[str, set[str]] = {}
        for letter in letters:
            payloads.setdefault(letter.key, set()).add(letter.letter.identity.checksum)
        items = read_items(self._target, payloads)
        succeeded = frozenset(
            key for key, item in items.items() if item.succeeded and payloads[key] == {item.checksum}
        )
        failed = [key for key, item in items.items() if key not in succeeded and item.status != "INFLIGHT"]
        return Fates(
            succeeded=succeeded,
            dead=_most(self._dead(set(payloads), failed)),
            errors={key: items[key].error_type or "Unknown" for key in failed},
        )

    def _dead(self, keys: set[str], failed: Sequence[str]) -> Iterable[tuple[str, int]]:
        if self._client is None:
            found = [
                FoundLetter.of(each, {})
                for each in list_messages(self._target, self._target.output("DlqUrl"))
            ]
            return [(each.key, each.letter.redrive_count) for each in found if each.key in keys]
        if not failed:
            return []
        seen = self._client.preview(
            RedriveFilters(idempotency_keys=failed[:MAX_PREVIEW_MESSAGES], max_messages=MAX_PREVIEW_MESSAGES)
        )
        return [(each.idempotency_key, each.redrive_count) for each in seen.letters]


def _most(counts: Iterable[tuple[str, int]]) -> dict[str, int]:
    most: dict[str, int] = {}
    for key, count in counts:
        most[key] = max(most.get(key, 0), count)
    return most
