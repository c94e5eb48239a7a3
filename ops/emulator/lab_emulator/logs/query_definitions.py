"""Query definitions (saved Insights queries), which moto lacks."""

import time
import uuid

from localstack.aws.api.logs import (
    DescribeQueryDefinitionsRequest,
    QueryDefinition,
    ResourceNotFoundException,
)
from localstack.services.stores import AccountRegionBundle, BaseStore, LocalAttribute


class QueryDefinitionStore(BaseStore):
    """Query definitions of one account in one region, by id."""

    definitions: dict[str, QueryDefinition] = LocalAttribute(default=dict)


query_definition_stores = AccountRegionBundle("logs", QueryDefinitionStore)


def save(account_id: str, region: str, definition: QueryDefinition) -> str:
    """Create a definition, or replace the one whose id it carries; return the id."""
    definitions = query_definition_stores[account_id][region].definitions
    identifier = definition.get("queryDefinitionId") or str(uuid.uuid4())
    if "queryDefinitionId" in definition and identifier not in definitions:
        raise ResourceNotFoundException(f"There is no query definition {identifier}.")
    definitions[identifier] = definition | {
        "queryDefinitionId": identifier,
        "lastModified": int(time.time() * 1000),
    }
    return identifier


def matching(account_id: str, region: str, request: DescribeQueryDefinitionsRequest) -> list[QueryDefinition]:
    """Return the definitions whose names begin with the requested prefix, all of them without one."""
    prefix = request.get("queryDefinitionNamePrefix") or ""
    definitions = query_definition_stores[account_id][region].definitions
    return [kept for kept in list(definitions.values()) if kept["name"].startswith(prefix)]


def delete(account_id: str, region: str, identifier: str) -> None:
    """Forget a definition. Raises ResourceNotFoundException where there is none."""
    if query_definition_stores[account_id][region].definitions.pop(identifier, None) is None:
        raise ResourceNotFoundException(f"There is no query definition {identifier}.")
