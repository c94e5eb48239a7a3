"""Filters of members: the name of a resource out of what a request calls it.

Each returns None where there is no such name; the template then does not apply.
"""

from urllib.parse import urlsplit

from lab_emulator.iam.api_call import ApiCall


def queue_of_url(url: str, call: ApiCall) -> str:
    """`ACCOUNT:NAME` of a queue URL, or of a plain name, which SQS takes in a URL's place."""
    parts = [part for part in urlsplit(url).path.split("/") if part]
    account = parts[-2] if len(parts) > 1 else call.account_id
    return f"{account}:{parts[-1]}" if parts else f"{call.account_id}:{url}"


def topic_of_subscription(arn: str, _call: ApiCall) -> str:
    """The topic's ARN, which a subscription's ARN begins with."""
    return arn.rpartition(":")[0] if arn.count(":") > 5 else arn


def function_path(name: str, call: ApiCall) -> str:
    """`ACCOUNT:function:NAME`, of a name or a partial ARN (Lambda API reference, FunctionName)."""
    if ":function:" in name:
        return name
    return f"{call.account_id}:function:{name}"


def own_bus(name: str, _call: ApiCall) -> str:
    """`BUS/` in the ARN of a rule; rules of the default bus are named without it."""
    name = name.rpartition("/")[2]
    return "" if name == "default" else f"{name}/"


def parameter_name(name: str, _call: ApiCall) -> str:
    """A parameter's name as its ARN has it: without the first slash, version and label."""
    return name.lstrip("/").partition(":")[0]


def group_name(identifier: str, _call: ApiCall) -> str:
    """Name of a log group, of its name or ARN."""
    return identifier.split(":")[6] if identifier.startswith("arn:") else identifier
