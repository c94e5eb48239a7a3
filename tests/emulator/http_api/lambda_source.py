"""The functions behind the tests' APIs. Runs inside Lambda: this file is the whole deployment package."""

import json
import time
from typing import Any

Event = dict[str, Any]
_seen: list[str] = []


def echo(event: Event, context: object) -> dict[str, Any]:
    """Answer with the event itself."""
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(event)}


def scripted(event: Event, context: object) -> Any:
    """Answer with whatever the request's body says, as the function's result."""
    return json.loads(event["body"])


def failing(event: Event, context: object) -> dict[str, Any]:
    raise RuntimeError("on purpose")


def slow(event: Event, context: object) -> dict[str, Any]:
    """Take as many seconds as the query says."""
    time.sleep(float(event["queryStringParameters"]["seconds"]))
    return {"statusCode": 200, "body": "late"}


def simple_authorizer(event: Event, context: object) -> dict[str, Any]:
    """Allow the token `let-me-in`. `at` tells one call from another.

    The answer is nonsense for `nonsense`, and for `once` the first time that this process is asked.
    """
    token = event["identitySource"][0]
    if token == "nonsense" or (token == "once" and token not in _seen):
        _seen.append(token)
        return {"isAuthorized": "yes"}
    return {
        "isAuthorized": token == "let-me-in",
        "context": {"token": token, "at": time.time_ns(), "routeArn": event["routeArn"]},
    }


def policy_authorizer(event: Event, context: object) -> dict[str, Any]:
    """Allow GET to everyone, and deny what is under /secret to all but `root`."""
    token = event["identitySource"][0]
    api = event["routeArn"].split("/")[0]
    statements: list[dict[str, Any]] = [
        {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": f"{api}/*/GET/*"}
    ]
    if token != "root":
        statements.append({"Action": "execute-api:*", "Effect": "Deny", "Resource": [f"{api}/*/secret/*"]})
    return {
        "principalId": token,
        "policyDocument": {"Version": "2012-10-17", "Statement": statements},
        "context": {"who": token},
    }
