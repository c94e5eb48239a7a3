"""The CloudFormation types AWS::ApiGatewayV2::*. What they have in common is in `base`."""
