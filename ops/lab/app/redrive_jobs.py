"""Redrive jobs that the app's table knows: those of the last 30 days, whoever started them."""

from functions.redrive.job import RedriveJob, to_job
from ops.lab.app.target import Target

_SLOT = "current"  # the item beside the jobs which names the latest one


def known_jobs(target: Target) -> list[RedriveJob]:
    """All of them, the latest first. Reads the whole table, which has one item for each job."""
    pages = target.dynamodb.get_paginator("scan").paginate(TableName=target.output("RedriveJobsTableName"))
    jobs = [to_job(item) for page in pages for item in page["Items"] if item["jobId"]["S"] != _SLOT]
    return sorted(jobs, key=lambda job: str(job.document.get("createdAt", "")), reverse=True)
