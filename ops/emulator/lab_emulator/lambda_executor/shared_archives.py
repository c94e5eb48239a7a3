"""Shared archives of functions: what a bucket holds is fetched and stored once for all that have it.

A CDK app often has one asset for all its functions. Stock, each function fetches it and stores a copy of its
own: nine times five megabytes through two clients of S3, a second of the processor at each deployment.
"""

import uuid
from collections.abc import Callable

from botocore.exceptions import ClientError
from localstack import config
from localstack.aws.connect import connect_to
from localstack.services.lambda_.invocation.lambda_models import ArchiveCode, S3Code

from lab_emulator.lambda_executor.archive_holders import ArchiveHolders

HOLDERS: ArchiveHolders[S3Code] = ArchiveHolders()


class SharedCode(S3Code):
    """One function's hold on an archive that others may hold too. Its unpacked folder is its own."""

    def destroy(self) -> None:
        """Delete the folder, and the archive where no other function holds it."""
        if HOLDERS.let_go(self.id):
            super().destroy()
        else:
            self.destroy_cached()


def sharing(stock: Callable[..., ArchiveCode]) -> Callable[..., ArchiveCode]:
    """`store_s3_bucket_archive` that knows an object by what S3 says of it, and fetches it once."""

    def store_s3_bucket_archive(
        archive_bucket: str,
        archive_key: str,
        archive_version: str | None,
        function_name: str,
        region_name: str,
        account_id: str,
    ) -> ArchiveCode:
        def store() -> ArchiveCode:
            return stock(archive_bucket, archive_key, archive_version, function_name, region_name, account_id)

        if archive_bucket == config.BUCKET_MARKER_LOCAL:  # a folder of the caller's, for hot reloading
            return store()
        version = {"VersionId": archive_version} if archive_version else {}
        try:
            found = connect_to().s3.head_object(Bucket=archive_bucket, Key=archive_key, **version)
        except ClientError:
            return store()  # which says what is wrong as Lambda does
        source = (
            *(archive_bucket, archive_key, archive_version, region_name, account_id),
            *(found["ETag"], found["ContentLength"], found["LastModified"]),
        )
        holder = f"{function_name}-{uuid.uuid4()}"
        stored = HOLDERS.hold(source, holder, store)
        return SharedCode(
            id=holder,
            account_id=stored.account_id,
            s3_bucket=stored.s3_bucket,
            s3_key=stored.s3_key,
            s3_object_version=stored.s3_object_version,
            code_sha256=stored.code_sha256,
            code_size=stored.code_size,
        )

    return store_s3_bucket_archive
