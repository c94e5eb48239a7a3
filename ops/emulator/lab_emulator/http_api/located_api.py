"""API with the account and region that own it, found in moto's store by its id alone, which is unique."""

from dataclasses import dataclass

from moto.apigatewayv2.models import Api, apigatewayv2_backends


@dataclass(frozen=True)
class LocatedApi:
    """An API and the account and region that own it."""

    api: Api
    account_id: str
    region: str


def locate_api(api_id: str) -> LocatedApi | None:
    """Return the API of that id, whatever account and region own it, or None."""
    for account_id, regions in list(apigatewayv2_backends.items()):
        for region, backend in list(regions.items()):
            if (api := backend.apis.get(api_id)) is not None:
                return LocatedApi(api, account_id, region)
    return None
