"""Changes to LocalStack's code for CloudFormation, and for the way of every request."""

from functools import lru_cache

from localstack.utils.patch import Patch


def patches() -> list[Patch]:
    """The patches in the order in which they are applied."""
    return [
        *_deployments(),
        *_templates(),
        *_handler_chain(),
        *_credential_scopes(),
    ]


def _deployments() -> list[Patch]:
    """Replace resource types that LocalStack gets wrong, and roll failed deployments back.

    Two plug-ins of one name cannot replace a type: plux keeps the one it finds first, and that
    is a matter of directory order. The API makes its engine by name, and gives a stack its last
    status without asking the engine how the deployment went: neither has a hook.
    """
    from localstack.services.cloudformation.resource_provider import ResourceProviderExecutor
    from localstack.services.cloudformation.v2 import provider as stock
    from localstack.services.cloudformation.v2.entities import Stack

    from lab_emulator.cloudformation.engine import RollingBackExecutor
    from lab_emulator.cloudformation.provider_executor import prefer_replaced
    from lab_emulator.cloudformation.rollback import keep_rolled_back

    load = prefer_replaced(ResourceProviderExecutor.try_load_resource_provider)
    return [
        Patch(ResourceProviderExecutor, "try_load_resource_provider", staticmethod(load)),
        Patch(stock, "ChangeSetModelExecutor", RollingBackExecutor),
        Patch(Stack, "set_stack_status", keep_rolled_back(Stack.set_stack_status)),
    ]


def _templates() -> list[Patch]:
    """Let CloudFormation read a template in the emulator's S3 as itself. It asks like a browser, unsigned,
    which is a denial on record with each deployment; the module that it asks by is all that can be changed.
    """
    from localstack.services.cloudformation import api_utils

    from lab_emulator.cloudformation import template_request

    return [Patch(api_utils, "safe_requests", template_request)]


def _handler_chain() -> list[Patch]:
    """Do what a request needs, once: the handlers of the chain are made by name, and have no hooks inside."""
    from localstack.aws.handlers.logging import ResponseLogger
    from localstack.aws.handlers.service import ServiceResponseParser
    from localstack.aws.protocol.parser import BaseJSONRequestParser
    from localstack.aws.protocol.serializer import ResponseSerializer
    from rolo.routing import Router

    from lab_emulator.http_server import chain_shortcuts

    return [
        Patch(Router, "dispatch", chain_shortcuts.dispatch),
        Patch(BaseJSONRequestParser, "_parse_structure", chain_shortcuts.parse_structure),
        Patch.function(ResponseSerializer._get_mime_type, chain_shortcuts.mime_type),
        Patch.function(ResponseLogger._log, chain_shortcuts.log_response),
        Patch.function(ServiceResponseParser.__call__, chain_shortcuts.parse_response),
    ]


def _credential_scopes() -> list[Patch]:
    """Read service, region and account of a signature once. The handlers import what reads them by name, but
    for the region, which a static method imports at each call.
    """
    from localstack.aws.handlers import auth, service
    from localstack.utils.aws import request_context

    from lab_emulator.http_server.credential_scope import MAX_KEPT, kept_by_scope, service_finder

    account_id = lru_cache(MAX_KEPT)(auth.get_account_id_from_access_key_id)
    access_key = kept_by_scope(auth.extract_access_key_id_from_auth_header)
    region = kept_by_scope(request_context.extract_region_from_headers)
    return [
        Patch(service, "determine_aws_service_model", service_finder(service.determine_aws_service_model)),
        Patch(auth, "extract_access_key_id_from_auth_header", access_key),
        Patch(auth, "get_account_id_from_access_key_id", account_id),
        Patch(request_context, "extract_region_from_headers", region),
    ]
