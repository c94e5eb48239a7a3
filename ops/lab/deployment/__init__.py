"""Deployment of the app: settings, synthesis, bootstrap, `cdk deploy`. Knows the command line of the CDK."""
