"""How LocalStack finds the types: one plug-in each, named by the type."""

from localstack.services.cloudformation.resource_provider import CloudFormationResourceProviderPlugin

from lab_emulator.http_api.cloudformation.api import ApiProvider
from lab_emulator.http_api.cloudformation.authorizer import AuthorizerProvider
from lab_emulator.http_api.cloudformation.deployment import DeploymentProvider
from lab_emulator.http_api.cloudformation.integration import IntegrationProvider
from lab_emulator.http_api.cloudformation.route import RouteProvider
from lab_emulator.http_api.cloudformation.stage import StageProvider


class ApiPlugin(CloudFormationResourceProviderPlugin):
    name, factory = ApiProvider.TYPE, ApiProvider


class AuthorizerPlugin(CloudFormationResourceProviderPlugin):
    name, factory = AuthorizerProvider.TYPE, AuthorizerProvider


class DeploymentPlugin(CloudFormationResourceProviderPlugin):
    name, factory = DeploymentProvider.TYPE, DeploymentProvider


class IntegrationPlugin(CloudFormationResourceProviderPlugin):
    name, factory = IntegrationProvider.TYPE, IntegrationProvider


class RoutePlugin(CloudFormationResourceProviderPlugin):
    name, factory = RouteProvider.TYPE, RouteProvider


class StagePlugin(CloudFormationResourceProviderPlugin):
    name, factory = StageProvider.TYPE, StageProvider


PLUGINS = (ApiPlugin, AuthorizerPlugin, DeploymentPlugin, IntegrationPlugin, RoutePlugin, StagePlugin)
