"""Search for metrics: `{Namespace,Dimension,…} MetricName="name" Dimension="value"`, all of which must match.

Of the language in the CloudWatch user guide ("Search expression syntax") this is what dashboards use:
a schema and exact terms. OR, NOT, partial matches and searches without a schema are refused.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lab_emulator.cloudwatch.metric_store import MetricKey, MetricStore
from lab_emulator.cloudwatch.refusals import RefusedRequest

_SCHEMA = re.compile(r"\s*\{([^{}]+)\}\s*(.*)", re.DOTALL)
_TERM = re.compile(r'\s*(?:AND\s+)?([A-Za-z_]\w*)\s*=\s*"([^"]*)"\s*')
# "A single SEARCH … can return up to 100 time series" (user guide).
MAX_FOUND = 100


@dataclass(frozen=True)
class Search:
    """Metrics of a namespace that have exactly these dimensions, and these values of some of them."""

    namespace: str
    dimensions: frozenset[str]
    terms: tuple[tuple[str, str], ...]

    def find(self, store: MetricStore) -> Sequence[MetricKey]:
        """The metrics that match, sorted."""
        return [key for key in store.keys(self.namespace) if self._matches(key)][:MAX_FOUND]

    def _matches(self, key: MetricKey) -> bool:
        own = dict(key.dimensions)
        if own.keys() != self.dimensions:
            return False
        return all((key.name if name == "MetricName" else own.get(name)) == text for name, text in self.terms)


def parse_search(text: str) -> Search:
    """Read a search. Raises RefusedRequest."""
    match = _SCHEMA.fullmatch(text)
    if match is None:
        raise RefusedRequest(f"Error in SEARCH {text!r}: it must begin with {{Namespace,Dimension}}.")
    namespace, *dimensions = [part.strip().strip('"') for part in match[1].split(",")]
    return Search(namespace, frozenset(dimensions), tuple(_terms(match[2])))


def _terms(text: str) -> list[tuple[str, str]]:
    terms, position = [], 0
    while position < len(text):
        match = _TERM.match(text, position)
        if match is None:
            raise RefusedRequest(
                f'Error in SEARCH: only Name="value" is offered here, not {text[position:]!r}.'
            )
        terms.append((match[1], match[2]))
        position = match.end()
    return terms
