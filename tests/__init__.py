"""Loaded before any test: `infra` has to come before the first import of aws_cdk."""

import infra  # noqa: F401  # for what it tells jsii
