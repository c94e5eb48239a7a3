"""Removal policy: what happens to a resource when its stack is deleted."""

from aws_cdk import RemovalPolicy

from infra.settings import Settings


def removal_policy(settings: Settings) -> RemovalPolicy:
    """Keep what holds data where data matters; leave nothing behind elsewhere."""
    return RemovalPolicy.RETAIN if settings.keeps_data else RemovalPolicy.DESTROY
