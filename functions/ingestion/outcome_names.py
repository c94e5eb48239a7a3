"""Names of the bus's events: the worker publishes them, the rules of `infra` match them.

Standard library only, like `environment`: `infra` imports this without Powertools or boto3.
"""

SOURCE = "ingestion.lab"
SUCCESS = "IngestionSuccess"
FAILURE = "IngestionFailure"
