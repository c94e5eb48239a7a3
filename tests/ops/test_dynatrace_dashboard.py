"""The dashboard for Dynatrace: importable, and only of metrics that the exporter sends."""

import json
import re
from pathlib import Path
from typing import Any

from functions.integrations.dynatrace_exporter.metrics import FAMILIES, Kind, lab_key, snake_case
from infra.constructs import metric_filters

DASHBOARD = Path(__file__).resolve().parents[2] / "ops" / "dynatrace" / "dashboard.json"
_KEY = re.compile(r"(sum|avg|max)\((ingestionlab\.[a-z_.]+)\)")
COLUMNS = 24  # of the grid


def _dashboard() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    return document


def _queries() -> list[str]:
    found = _dashboard()
    return [tile["query"] for tile in found["tiles"].values()] + [
        each["input"] for each in found["variables"]
    ]


def _kinds() -> dict[str, Kind]:
    """Of every key that can be sent."""
    kinds = {metric.key: metric.kind for family in FAMILIES.values() for metric in family.metrics}
    counted = (
        *(metric_filters.PROCESSED, metric_filters.IDEMPOTENCY_HITS),
        *(metric_filters.ERRORS, metric_filters.CIRCUIT_OPENED),
    )
    gauged = {lab_key("Concurrency", Kind.GAUGE): Kind.GAUGE}  # the scaler's
    return kinds | {lab_key(name): Kind.COUNT for name in counted} | gauged


def test_every_query_names_a_metric_that_is_sent_and_asks_what_its_kind_can_tell() -> None:
    asked = {Kind.COUNT: "sum", Kind.GAUGE: "max", Kind.SUMMARY: "avg"}
    kinds = _kinds()
    for query in _queries():
        ((aggregation, key),) = _KEY.findall(query)
        assert aggregation == asked[kinds[key]], query


def test_every_query_splits_by_dimensions_that_are_sent() -> None:
    sent = {"env", "pipeline", *(family.label for family in FAMILIES.values())}
    sent |= {snake_case(metric_filters.ERROR_TYPE), snake_case(metric_filters.CIRCUIT)}
    for query in _queries():
        by = re.search(r"by: \{([^}]*)\}", query)
        assert by is not None, query
        assert {name.strip() for name in by[1].split(",")} <= sent, query


def test_each_tile_has_a_place_of_its_own_on_the_grid() -> None:
    found = _dashboard()
    assert set(found["tiles"]) == set(found["layouts"])
    taken: set[tuple[int, int]] = set()
    for place in found["layouts"].values():
        assert place["x"] + place["w"] <= COLUMNS
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not cells & taken
        taken |= cells


def test_it_is_of_a_version_that_the_dashboards_app_imports() -> None:
    found = _dashboard()
    assert isinstance(found["version"], int)
    assert all(tile["type"] == "data" and tile["visualization"] for tile in found["tiles"].values())
