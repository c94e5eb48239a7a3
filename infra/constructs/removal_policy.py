"""Removal policy: what happens to a resource when its stack is deleted."""

from aws_cdk import RemovalPolicy

from infra.settings import Settings


def removal_policy(settings: Settings) -> RemovalPolicy:
    """Keep what holds data where data matters; leave nothing behind elsewhere.

    A first deployment that fails takes away what it has made: that holds no data yet, and its names would be
    in the way of the next one.
    """
    return RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE if settings.keeps_data else RemovalPolicy.DESTROY
