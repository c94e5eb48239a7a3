"""The apigatewayv2 API: moto's implementation, with what it lacks or gets wrong mended."""
