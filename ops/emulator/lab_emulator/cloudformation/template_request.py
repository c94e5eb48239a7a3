"""Request for a template: stands in for LocalStack's `requests` where CloudFormation reads `TemplateURL`.

On AWS CloudFormation reads it with the caller's permissions. Here it is one of the emulator's own requests
where it is to the emulator, so that no permission of an anonymous caller is asked for.
"""

from typing import Any

from localstack import config
from localstack.aws.connect import INTERNAL_REQUEST_PARAMS_HEADER, InternalRequestParameters, dump_dto
from localstack.utils.http import safe_requests


def get(url: str, **options: Any) -> Any:
    """GET a template, as `requests.get` does."""
    # With the slash: where 4566 is ours 45660 is not, and no server but ours may see the header.
    own = url.startswith((f"{config.internal_service_url()}/", f"{config.external_service_url()}/"))
    headers = {INTERNAL_REQUEST_PARAMS_HEADER: dump_dto(InternalRequestParameters())} if own else {}
    return safe_requests.get(url, headers=headers, **options)
