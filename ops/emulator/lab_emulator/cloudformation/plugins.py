"""The resource types that LocalStack lacks, as the plug-ins through which it finds them."""

from localstack.services.cloudformation.resource_provider import CloudFormationResourceProviderPlugin

from lab_emulator.cloudformation.cloudwatch import Dashboard
from lab_emulator.cloudformation.logs import MetricFilter, QueryDefinition, ResourcePolicy


class DashboardPlugin(CloudFormationResourceProviderPlugin):
    name, factory = Dashboard.TYPE, Dashboard


class MetricFilterPlugin(CloudFormationResourceProviderPlugin):
    name, factory = MetricFilter.TYPE, MetricFilter


class QueryDefinitionPlugin(CloudFormationResourceProviderPlugin):
    name, factory = QueryDefinition.TYPE, QueryDefinition


class ResourcePolicyPlugin(CloudFormationResourceProviderPlugin):
    name, factory = ResourcePolicy.TYPE, ResourcePolicy
