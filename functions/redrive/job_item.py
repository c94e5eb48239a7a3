"""Jobs as DynamoDB's typed attributes."""

from collections.abc import Mapping
from typing import Any

from functions.common.dynamodb_items import from_item
from functions.redrive.job import Job


def to_job(item: Mapping[str, Any]) -> Job:
    """The job that an item holds."""
    return Job.from_document(from_item(item))
