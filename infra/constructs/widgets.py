"""The widgets that dashboards are made of, and how wide they are: a row has 24 columns."""

from collections.abc import Sequence

from aws_cdk import aws_cloudwatch as cloudwatch

HALF, THIRD, QUARTER = 12, 8, 6


def graph(title: str, metrics: Sequence[cloudwatch.IMetric], width: int) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(
        title=title, left=list(metrics), width=width, left_y_axis=cloudwatch.YAxisProps(min=0)
    )
