"""What the CSV stack makes, as far as the function sees it."""

from typing import Any

from functions.files.rounds.files_table import ENTRY, FILE


def create_bucket(s3: Any, name: str) -> None:
    s3.create_bucket(Bucket=name)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})


def create_files_table(dynamodb: Any, name: str) -> None:
    keys = {FILE: "HASH", ENTRY: "RANGE"}
    dynamodb.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
        KeySchema=[{"AttributeName": key, "KeyType": type_} for key, type_ in keys.items()],
    )
