"""API Gateway's HTTP APIs (apigatewayv2), which LocalStack's community edition lacks.

`control_plane` answers the AWS API over moto's store, `data_plane` serves the APIs that were
created, `cloudformation` holds the resource types. The first two meet in `registry` alone.
"""
