"""A lifecycle rule of a template as PutBucketLifecycleConfiguration takes it."""

from typing import Any

Rule = dict[str, Any]

# What both call by one name; LocalStack keeps rules and acts on none.
_SAME = ("Status", "AbortIncompleteMultipartUpload")


def lifecycle_rule(rule: Rule) -> Rule:
    """Translate a rule's names: those of CloudFormation say "InDays" where S3's nest."""
    translated = {name: rule[name] for name in _SAME if name in rule}
    if "Id" in rule:
        translated["ID"] = rule["Id"]
    translated["Filter"] = _filter(rule)
    if expiration := _expiration(rule):
        translated["Expiration"] = expiration
    if noncurrent := rule.get("NoncurrentVersionExpiration"):
        translated["NoncurrentVersionExpiration"] = _numbers(noncurrent)
    if transitions := rule.get("Transitions"):
        translated["Transitions"] = [_transition(each, "Days") for each in transitions]
    if transitions := rule.get("NoncurrentVersionTransitions"):
        translated["NoncurrentVersionTransitions"] = [
            _transition(each, "NoncurrentDays") for each in transitions
        ]
    return translated


def _filter(rule: Rule) -> Rule:
    conditions: Rule = {"Prefix": rule["Prefix"]} if rule.get("Prefix") else {}
    for name in ("ObjectSizeGreaterThan", "ObjectSizeLessThan"):
        if name in rule:
            conditions[name] = int(rule[name])
    tags = rule.get("TagFilters") or []
    if len(conditions) + len(tags) > 1:
        return {"And": conditions | ({"Tags": tags} if tags else {})}
    if tags:
        return {"Tag": tags[0]}
    return conditions or {"Prefix": ""}


def _expiration(rule: Rule) -> Rule:
    expiration: Rule = {}
    if "ExpirationInDays" in rule:
        expiration["Days"] = int(rule["ExpirationInDays"])
    if "ExpirationDate" in rule:
        expiration["Date"] = rule["ExpirationDate"]
    if "ExpiredObjectDeleteMarker" in rule:
        expiration["ExpiredObjectDeleteMarker"] = rule["ExpiredObjectDeleteMarker"]
    return expiration


def _transition(transition: Rule, days: str) -> Rule:
    names = {"TransitionInDays": days, "TransitionDate": "Date"}
    return {names.get(name, name): value for name, value in _numbers(transition).items()}


def _numbers(settings: Rule) -> Rule:
    """Templates may give a number as text."""
    return {name: int(value) if str(value).isdigit() else value for name, value in settings.items()}
