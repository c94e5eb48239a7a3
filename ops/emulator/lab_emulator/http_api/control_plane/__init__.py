"""Operations of apigatewayv2: moto's, with what it lacks or gets wrong put right.

Corrects Create-, Update-, Get- and Delete- of APIs, authorizers, integrations, routes and stages; adds
deployments, GetAuthorizers, ResetAuthorizersCache, DeleteAccessLogSettings and DeleteRouteSettings. What AWS
takes and the data plane does not serve is a BadRequestException that says so: see `operations.not_emulated`.
"""
