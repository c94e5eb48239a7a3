"""API Gateway's HTTP APIs (apigatewayv2), which LocalStack's community edition lacks.

Answers every operation of apigatewayv2 that moto has, corrected for APIs, authorizers, integrations,
routes and stages, and adds GetAuthorizers, ResetAuthorizersCache and deployments; serves the APIs
at `/_aws/execute-api/<id>` and by host name; adds AWS::ApiGatewayV2::Api, Authorizer, Deployment,
Integration, Route and Stage.
Refuses WebSocket APIs, quick create, OpenAPI definitions, authorization by IAM, any integration
but AWS_PROXY with a Lambda function, and payload formats other than 2.0.

    provider               the plug-in: which function answers which operation
    control_plane          the operations of the AWS API, over moto's store
    data_plane             the gateway that serves the APIs
    cloudformation_types   the resource types
    authorizer_cache, lambda_uri, located_api    what both planes need
"""
