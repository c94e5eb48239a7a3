"""Expressions that are kept do what moto's own do: the same item, the same refusal, however often."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from moto.dynamodb.comparisons import ConditionExpressionParser
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.utilities import dynamo_json_dump
from moto.dynamodb.parsing import validators
from moto.dynamodb.parsing.ast_nodes import DepthFirstTraverser, Node  # type: ignore[attr-defined]
from moto.dynamodb.parsing.expressions import UpdateExpressionParser  # type: ignore[attr-defined]

from lab_emulator.dynamodb import condition_expressions, item_copies, update_expressions

ACCOUNT, REGION, TABLE = "000000000000", "us-east-1", "t"
ITEM: dict[str, dict[str, Any]] = {
    "pk": {"S": "a"},
    "n": {"N": "3"},
    "label": {"S": "old"},
    "steps": {"L": [{"N": "1"}, {"M": {"depth": {"S": "x"}}}]},
    "tree1": {"M": {"k": {"S": "v"}, "leaf": {"M": {"n": {"N": "1"}}}}},
    "marks": {"SS": ["a", "b"]},
    "bits": {"B": "AAEC"},
    "nothing": {"NULL": True},
}
STATUS = {"#s": "status"}
TAKEN: list[dict[str, Any]] = [
    {
        "update_expression": "SET n = n + :one, #s = :s REMOVE label ADD marks :t",
        "expression_attribute_names": STATUS,
    },
    {"update_expression": "SET n = if_not_exists(unseen, :one) - n"},
    {"update_expression": "SET steps = list_append(steps, :l), tree1.k = :s"},
    {"update_expression": "SET #p.leaf.n = :one", "expression_attribute_names": {"#p": "tree1"}},
    {"update_expression": "REMOVE steps[0], steps[1]"},
    {"update_expression": "SET steps[1].fresh = :s"},
    {"update_expression": "DELETE marks :t ADD n :one"},
    {"update_expression": "ADD fresh :t, tally :one"},
    {"update_expression": "SET n = :one", "condition_expression": "attribute_not_exists(pk) OR n > :two"},
    {
        "update_expression": "SET n = :one",
        "condition_expression": "attribute_exists(pk) AND n BETWEEN :one AND :ten",
    },
    {
        "update_expression": "SET n = :one",
        "condition_expression": "NOT (label IN (:s, :a)) OR size(steps) > :ten",
    },
    {
        "update_expression": "SET n = :one",
        "condition_expression": "begins_with(#l, :old) AND contains(marks, :a)",
        "expression_attribute_names": {"#l": "label"},
    },
]
REFUSED: list[dict[str, Any]] = [
    {"update_expression": "SET n = :one", "condition_expression": "attribute_not_exists(pk)"},
    {
        "update_expression": "SET n = :one",
        "condition_expression": "n > :ten",
        "return_values_on_condition_check_failure": "ALL_OLD",
    },
    {"update_expression": "SET n = :one SET label = :s"},
    {"update_expression": "SET n = :one, n = :two"},
    {"update_expression": "SET pk = :s"},
    {"update_expression": "SET #k = :s", "expression_attribute_names": {"#k": "pk"}},
    {"update_expression": "SET n = unseen"},
    {"update_expression": "SET status = :s"},
    {"update_expression": "SET a.b = :s"},
    {"update_expression": "SET n = label + :one"},
    {"update_expression": "SET n = :undefined"},
    {"update_expression": "SET #undefined = :s"},
    {"update_expression": "SET n = ="},
    {"update_expression": "ADD label :one"},
    {"update_expression": "SET n = :one", "condition_expression": "n > :undefined"},
    {"update_expression": "SET n = :one", "condition_expression": "#undefined = :s"},
    {"update_expression": "SET n = :one", "condition_expression": "n >"},
    {"update_expression": "SET n = :one", "condition_expression": "status = :s"},
]
VALUES = {
    ":one": {"N": "1"},
    ":two": {"N": "2"},
    ":ten": {"N": "10"},
    ":s": {"S": "new"},
    ":old": {"S": "old"},
    ":a": {"S": "a"},
    ":t": {"SS": ["b", "c"]},
    ":l": {"L": [{"S": "more"}]},
}


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Put in place what `lab_emulator.patches` does."""

    def keep() -> None:
        operand = ConditionExpressionParser._make_operand
        for target, name, new in (
            (UpdateExpressionParser, "make", classmethod(update_expressions.make)),
            (validators, "deepcopy", update_expressions.copied),
            (validators.UpdateExpressionValidator, "validate", update_expressions.validate),
            (DepthFirstTraverser, "traverse", update_expressions.traverse),
            (Node, "find_clauses", update_expressions.find_clauses),
            (ConditionExpressionParser, "parse", condition_expressions.parse),
            (
                ConditionExpressionParser,
                "_make_operand",
                lambda parser, node: condition_expressions.make_operand(operand, parser, node),
            ),
            (Item, "__deepcopy__", item_copies.copy_item),
            (DynamoType, "__deepcopy__", item_copies.copy_value),
        ):
            monkeypatch.setattr(target, name, new, raising=False)

    return keep


def outcome(update: dict[str, Any]) -> tuple[str, str]:
    """What a fresh item has become, and how it was refused."""
    backend = DynamoDBBackend(REGION, ACCOUNT)
    backend.create_table(
        TABLE,
        schema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        throughput=None,
        attr=[{"AttributeName": "pk", "AttributeType": "S"}],
        global_indexes=[],
        indexes=[],
        streams=None,
        billing_mode="PAY_PER_REQUEST",
        sse_specification=None,
        tags=[],
        deletion_protection_enabled=False,
        warm_throughput=None,
    )
    backend.put_item(TABLE, copy.deepcopy(ITEM))
    request = {
        "expression_attribute_names": {},
        "expression_attribute_values": copy.deepcopy(VALUES),
    } | update
    refused = ""
    try:
        backend.update_item(TABLE, {"pk": ITEM["pk"]}, **request)
    except Exception as refusal:  # of whatever class: the comparison is the point
        refused = f"{type(refusal).__name__} {refusal} {getattr(refusal, 'description', '')}"
    item = backend.get_item(TABLE, {"pk": ITEM["pk"]})
    assert item is not None
    return dynamo_json_dump(item.to_json()), refused


@pytest.mark.parametrize(
    ("update", "is_refused"),
    [*((update, False) for update in TAKEN), *((update, True) for update in REFUSED)],
    ids=lambda value: " | ".join(map(str, value.values())) if isinstance(value, dict) else str(value),
)
def test_an_update_ends_as_moto_alone_ends_it_the_first_time_and_the_next(
    update: dict[str, Any], is_refused: bool, kept: Callable[[], None]
) -> None:
    item, refused = outcome(update)
    kept()
    assert [outcome(update), outcome(update)] == [(item, refused)] * 2
    assert bool(refused) == is_refused


def test_the_same_text_is_told_apart_by_names_and_values(kept: Callable[[], None]) -> None:
    kept()

    def holds(name: str, value: dict[str, Any]) -> bool:
        parser = ConditionExpressionParser("#a = :v", {"#a": name}, {":v": value})
        return bool(parser.parse().expr(Item(DynamoType(ITEM["pk"]), None, copy.deepcopy(ITEM))))

    assert holds("label", {"S": "old"})
    assert not holds("label", {"S": "new"})
    assert holds("n", {"N": "3"})
    assert not holds("unseen", {"S": "old"})


def test_a_copy_of_an_item_shares_nothing_that_changes(kept: Callable[[], None]) -> None:
    kept()
    item = Item(DynamoType(ITEM["pk"]), None, copy.deepcopy(ITEM))
    before = dynamo_json_dump(item.to_json())
    copied = copy.deepcopy(item)
    assert copied == item

    copied.attrs["steps"].value[1].value["depth"].value = "changed"
    copied.attrs["marks"].value.append("c")
    copied.attrs["fresh"] = DynamoType({"S": "x"})

    assert dynamo_json_dump(item.to_json()) == before
