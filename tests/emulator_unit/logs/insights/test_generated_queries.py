"""Three hundred generated queries and logs: each has the answer of the naive evaluation."""

import math
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.emulator_unit.logs.insights import naive
from tests.emulator_unit.logs.insights.answers import T0, Row, ask, records
from tests.emulator_unit.logs.insights.naive import Fields, Measured, Step, Term

NAMES = ["kind", "ms", "n", "nested.deep", "items.0", "flag", "absent"]
WORDS = ["a", "b", "10", "2.5", "ab", ""]
names = st.sampled_from(NAMES)
words = st.sampled_from(WORDS)
# Quarters: sums of them are exact, in whatever order.
numbers = st.integers(-20, 20) | st.integers(-40, 40).map(lambda quarters: quarters / 4)
scalars = words | numbers
documents = st.fixed_dictionaries(
    {"n": numbers},
    optional={
        "kind": words,
        "ms": scalars,
        "nested": st.fixed_dictionaries({"deep": scalars}),
        "items": st.lists(scalars, max_size=2),
        "flag": st.booleans() | st.none(),
    },
)
events = st.one_of(documents, documents, documents, st.sampled_from(["plain text", "{broken", "a 10 b"]))
logs: st.SearchStrategy[list[Any]] = st.lists(events, min_size=3, max_size=25) | st.just([])
terms = st.one_of(
    names.map(naive.field),
    scalars.map(naive.literal),
    st.builds(naive.computed, names.map(naive.field), st.sampled_from("+-*/"), numbers.map(naive.literal)),
    names.map(naive.length),
    st.builds(naive.first_of, names, names),
)
atoms = st.one_of(
    st.builds(naive.compared, terms, st.sampled_from(["=", "!=", "<", "<=", ">", ">="]), terms),
    names.map(naive.present),
    st.builds(naive.contained, names, words, negative=st.booleans()),
    st.builds(
        naive.among,
        names,
        st.lists(words | st.integers(-20, 20), min_size=1, max_size=3),
        negative=st.booleans(),
    ),
)
conditions = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds(naive.both, inner, inner), st.builds(naive.either, inner, inner), inner.map(naive.negated)
    ),
    max_leaves=5,
)
measures = st.one_of(
    st.just(naive.counted()),
    names.map(naive.field).map(naive.counted),
    st.builds(
        naive.aggregated,
        st.sampled_from(["sum", "avg", "min", "max", "stddev", "count_distinct", "earliest", "latest"]),
        st.sampled_from(["n", "n", "n", "ms", "ms", "nested.deep", "kind", "flag"]).map(naive.field),
    ),
)
groups = names.map(naive.field) | st.sampled_from([1, 5, 30]).map(naive.bucket)
# Most logs have to get through: what has no rows tells nothing of what follows.
filters: st.SearchStrategy[list[Step]] = st.just([]) | st.lists(conditions.map(naive.filtered), max_size=1)


@st.composite
def of_events(draw: st.DrawFn) -> list[Step]:
    """Filters and fields, then perhaps an order, a limit, one of each kind."""
    steps: list[Step] = list(draw(filters))
    if draw(st.booleans()):
        steps.append(naive.with_field("made", draw(terms)))
        steps += draw(st.lists(st.just(naive.filtered(naive.present("made"))), max_size=1))
    if draw(st.booleans()):
        steps.append(naive.sorted_by(draw(names), descending=draw(st.booleans())))
    if draw(st.booleans()):
        steps.append(naive.deduplicated(draw(names)))
    steps += draw(st.lists(st.integers(1, 8).map(naive.limited), max_size=1))
    return steps


@st.composite
def of_groups(draw: st.DrawFn) -> list[Step]:
    """Filters, stats, a filter of the groups, perhaps stats of the stats."""
    measured: list[Measured] = draw(st.lists(measures, min_size=1, max_size=3))
    keyed: list[Term] = draw(st.lists(groups, max_size=2))
    named = {f"m{at}": measure for at, measure in enumerate(measured)}
    steps = [*draw(filters), naive.stats(named, {f"g{at}": term for at, term in enumerate(keyed)})]
    if draw(st.booleans()):
        steps.append(
            naive.filtered(naive.compared(naive.field("m0"), ">", naive.literal(draw(st.integers(-20, 1)))))
        )
    if draw(st.booleans()):
        again = {"total": naive.aggregated("sum", naive.field("m0")), "rows": naive.counted()}
        steps.append(naive.stats(again, {"g": naive.field("g0")} if keyed else {}))
    return steps


def naive_answer(steps: list[Step], log: list[Any]) -> list[Fields]:
    rows = [
        naive.flatten(line if isinstance(line, dict) else {})
        | {"@timestamp": T0 + at * 700, "@number": at, "@message": "x"}
        for at, line in enumerate(log)
    ]
    rows.reverse()
    for step in steps:
        rows = step.apply(rows)
    return rows


def agrees(found: str | None, expected: Any) -> bool:
    if found is None or expected is None:
        return found is expected
    number = naive.as_number(found)
    other = naive.as_number(expected)
    if number is not None and other is not None:
        return math.isclose(number, other, abs_tol=0.0000501)
    return found == str(expected)


def same(found: Row, expected: Fields, columns: list[str]) -> bool:
    return all(agrees(found.get(column), expected.get(column)) for column in columns)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=of_events(), log=logs)
def test_a_query_of_events_has_the_naive_answer(steps: list[Step], log: list[Any]) -> None:
    made = any(" as made" in step.text for step in steps)
    columns = ["kind", "ms", "n", "nested.deep", "items.0", "flag", *["made"] * made]
    shown = f"fields {', '.join(column for column in columns if column != 'made')}"
    query = " | ".join([shown, *(step.text for step in steps)])
    expected = naive_answer(steps, log)
    event(f"{min(len(expected), 5)} rows")
    found = ask(query, records(log, every_ms=700))
    assert len(found) == len(expected), query
    for row, wanted in zip(found, expected, strict=True):
        assert same(row, wanted, columns), (query, row, wanted)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=of_groups(), log=logs)
def test_a_query_of_groups_has_the_naive_answer(steps: list[Step], log: list[Any]) -> None:
    query = " | ".join(step.text for step in steps)
    expected = naive_answer(steps, log)
    event(f"{min(len(expected), 5)} rows")
    found = ask(query, records(log, every_ms=700))
    assert len(found) == len(expected), query
    left = list(expected)
    for row in found:
        twin = next((each for each in left if same(row, each, sorted({*row, *each}))), None)
        assert twin is not None, (query, row, left)
        left.remove(twin)
