"""Catalogue of the resource types that a deployment may use: those that this process has a provider for.

Stock, LocalStack downloads the list of what its newest version supports. Without a network it
falls back to an empty list, and refuses every type of every template.
"""

from localstack.utils.catalog.catalog import (
    AwsServicesSupportStatus,
    CatalogPlugin,
    CfnResourceSupportStatus,
)
from localstack.utils.catalog.common import (
    CloudFormationResourcesSupportAtRuntime,
    CloudFormationResourcesSupportInLatest,
)


class RuntimeCatalog(CatalogPlugin):
    """Takes the name that LocalStack looks for first; it does not ask for a licence of any sort."""

    name = "aws-catalog-remote-state-with-license"

    def get_aws_service_status(
        self, service_name: str, operation_name: str | None = None
    ) -> AwsServicesSupportStatus | None:
        """Say nothing: this only words the message for an operation that is not implemented."""
        return None

    def get_cloudformation_resource_status(
        self, resource_name: str, service_name: str, is_pro_resource: bool = False
    ) -> CfnResourceSupportStatus:
        if resource_name in self._get_cfn_resources_available_at_runtime():
            return CloudFormationResourcesSupportAtRuntime.AVAILABLE
        return CloudFormationResourcesSupportInLatest.NOT_SUPPORTED
