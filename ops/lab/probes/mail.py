"""Mail that the emulator delivered. On AWS nobody but the addressee can see it."""

import json
import urllib.request
from datetime import datetime
from typing import Any
from urllib.error import HTTPError

from ops.lab.app.target import Target


def subscriptions(target: Target, topic_arn: str) -> int:
    """How many addresses get by mail what the topic is told."""
    pages = target.sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic_arn)
    return sum(each["Protocol"] == "email" for page in pages for each in page["Subscriptions"])


def delivered(target: Target, since: float, text: str) -> int:
    """How many mails since then (epoch seconds) have `text` in their subject or body."""
    return sum(
        datetime.fromisoformat(mail["Timestamp"]).timestamp() >= since and text in json.dumps(mail)
        for mail in _mailbox(target)
    )


def _mailbox(target: Target) -> list[dict[str, Any]]:
    """Every mail that LocalStack's SES has sent. The mailbox is not there before the first one."""
    try:
        with urllib.request.urlopen(f"{target.endpoint}/_aws/ses", timeout=10) as answer:  # nosec B310
            messages: list[dict[str, Any]] = json.load(answer)["messages"]
            return messages
    except HTTPError as error:
        if error.code != 404:
            raise
        return []
