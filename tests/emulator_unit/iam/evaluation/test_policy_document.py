"""Policy documents: what the grammar lets through, and where it says that one is wrong."""

import json
from typing import Any

import pytest

from lab_emulator.iam.evaluation.policy_document import PolicyDocument
from lab_emulator.iam.evaluation.policy_grammar import MalformedPolicy
from tests.emulator_unit.iam.evaluation.callers import BOB, GRAMMAR, Json, allow

TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}


def document(statement: object, **elements: object) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statement, **elements})


@pytest.mark.parametrize(
    "text",
    [
        document([allow()]),
        document(allow()),
        document([allow(), allow("s3:*")]),
        document([]),
        document([TRUST]),
        document([allow()], Id="cd3ad3d9-2776-4ef1-a904-4c229d1642ee"),
        document([allow(Sid="A"), allow(Sid="B"), allow()]),
        document([allow(Principal={"AWS": ["123456789012", BOB], "Service": "s3.amazonaws.com"})]),
        document(
            [allow(Principal={"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"})]
        ),
        document(
            [
                allow(
                    Principal={
                        "CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
                    }
                )
            ]
        ),
        document([allow(Condition={})]),
        document([allow(Condition={"StringEquals": {"accounts.google.com:aud": ["a", 1, True, 0.5]}})]),
        json.dumps({"Statement": [allow()]}),
        json.dumps({"Version": "2008-10-17", "Statement": [allow()]}),
        ' {"Statement" : [ ] }\n',
    ],
)
def test_what_the_grammar_has_is_read(text: str) -> None:
    assert PolicyDocument.parse(text).statements is not None, GRAMMAR


def test_a_policy_without_version_is_of_the_first() -> None:
    assert PolicyDocument.parse(json.dumps({"Statement": []})).version == "2008-10-17"


def test_a_text_is_parsed_once() -> None:
    text = document([allow("sqs:OnlyOnce")])

    assert PolicyDocument.parse(text) is PolicyDocument.parse(text)


def without(element: str) -> Json:
    return {name: value for name, value in allow().items() if name != element}


def on_key(operator: str, value: Any, key: str = "aws:SourceIp") -> Json:
    return allow(Condition={operator: {key: value}})


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("allow", "Statement[0]"),
        (without("Effect"), "Statement[0].Effect"),
        (allow(Effect="allow"), "Statement[0].Effect"),
        (allow(Effect=["Allow"]), "Statement[0].Effect"),
        (without("Action"), "Statement[0]"),
        (allow(NotAction="s3:*"), "Statement[0]"),
        (without("Resource"), "Statement[0]"),
        (allow(NotResource="*"), "Statement[0]"),
        (allow([]), "Statement[0].Action"),
        (allow("GetItem"), "Statement[0].Action"),
        (allow("s3 :GetObject"), "Statement[0].Action"),
        (allow(["s3:*", 1]), "Statement[0].Action"),
        (allow("*", "bucket"), "Statement[0].Resource"),
        (allow("*", []), "Statement[0].Resource"),
        (allow("*", {"Ref": "Queue"}), "Statement[0].Resource"),
        (allow("*", "arn:aws:s3:::bucket/${aws:username"), "Statement[0].Resource"),
        (allow("*", "arn:aws:s3:::bucket/${}"), "Statement[0].Resource"),
        (allow(Sid=1), "Statement[0].Sid"),
        (allow(Conditions={}), "Statement[0].Conditions"),
        (allow(Principal="everyone"), "Statement[0].Principal"),
        (allow(Principal={}), "Statement[0].Principal"),
        (allow(Principal={"Aws": "*"}), "Statement[0].Principal.Aws"),
        (allow(Principal={"AWS": "arn:aws:iam::123456789012:user/*"}), "Statement[0].Principal.AWS"),
        (allow(Principal={"AWS": "12345"}), "Statement[0].Principal.AWS"),
        (allow(Principal={"AWS": []}), "Statement[0].Principal.AWS"),
        (allow(Principal="*", NotPrincipal="*"), "Statement[0]"),
        (allow(Condition="StringEquals"), "Statement[0].Condition"),
        (allow(Condition={"StringEquals": "a"}), "Statement[0].Condition.StringEquals"),
        (on_key("StringEqual", "a"), "Statement[0].Condition.StringEqual.aws:SourceIp"),
        (
            on_key("ForSomeValues:StringEquals", "a"),
            "Statement[0].Condition.ForSomeValues:StringEquals.aws:SourceIp",
        ),
        (on_key(":StringEquals", "a"), "Statement[0].Condition.:StringEquals.aws:SourceIp"),
        (on_key("NullIfExists", "true"), "Statement[0].Condition.NullIfExists.aws:SourceIp"),
        (on_key("Null", "perhaps"), "Statement[0].Condition.Null.aws:SourceIp"),
        (on_key("Null", ["true", "false"]), "Statement[0].Condition.Null.aws:SourceIp"),
        (on_key("Bool", "yes"), "Statement[0].Condition.Bool.aws:SourceIp"),
        (on_key("NumericEquals", "ten"), "Statement[0].Condition.NumericEquals.aws:SourceIp"),
        (on_key("NumericEquals", "NaN"), "Statement[0].Condition.NumericEquals.aws:SourceIp"),
        (on_key("NumericEquals", "${aws:x}"), "Statement[0].Condition.NumericEquals.aws:SourceIp"),
        (on_key("DateLessThan", "yesterday"), "Statement[0].Condition.DateLessThan.aws:SourceIp"),
        (on_key("DateLessThan", "2020-13-01"), "Statement[0].Condition.DateLessThan.aws:SourceIp"),
        (on_key("DateLessThan", "2020-*"), "Statement[0].Condition.DateLessThan.aws:SourceIp"),
        (on_key("IpAddress", "203.0.113.0/33"), "Statement[0].Condition.IpAddress.aws:SourceIp"),
        (on_key("BinaryEquals", "?"), "Statement[0].Condition.BinaryEquals.aws:SourceIp"),
        (on_key("StringEquals", []), "Statement[0].Condition.StringEquals.aws:SourceIp"),
        (on_key("StringEquals", None), "Statement[0].Condition.StringEquals.aws:SourceIp"),
        (on_key("StringLike", "${aws:username"), "Statement[0].Condition.StringLike.aws:SourceIp"),
        (on_key("StringEquals", "a", "SourceIp"), "Statement[0].Condition.StringEquals.SourceIp"),
    ],
)
def test_a_wrong_statement_is_refused_with_its_place(statement: object, place: str) -> None:
    with pytest.raises(MalformedPolicy) as refused:
        PolicyDocument.parse(document([statement]))

    assert refused.value.place == place
    assert str(refused.value).startswith(f"{place}: ")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "line 1, column 1"),
        ('{"Statement": [}', "line 1, column 16"),
        ("[]", "policy"),
        ("{}", "policy"),
        (document([allow()], Version="2012-10-18"), "Version"),
        (document([allow()], Comment="x"), "policy.Comment"),
        (document([allow(), {**allow(), "Effect": "No"}]), "Statement[1].Effect"),
        (document([allow(Sid="A"), allow(Sid="A")]), "Statement"),
        ('{"Statement": [{"Effect": "Deny", "Effect": "Allow"}]}', "Effect"),
    ],
)
def test_a_wrong_policy_is_refused_with_its_place(text: str, place: str) -> None:
    with pytest.raises(MalformedPolicy) as refused:
        PolicyDocument.parse(text)

    assert refused.value.place == place


def test_it_names_the_condition_keys_that_it_reads() -> None:
    statements = [
        allow("*", "arn:aws:s3:::bucket/${aws:UserName}"),
        allow(
            Condition={"StringLike": {"S3:Prefix": "${aws:PrincipalTag/Team}/*"}, "Null": {"aws:MFA": "true"}}
        ),
    ]

    keys = PolicyDocument.parse(document(statements)).context_keys

    assert keys == {"aws:username", "s3:prefix", "aws:principaltag/team", "aws:mfa"}
