"""Common: what at least two pipelines use. Knows AWS's clients and no pipeline."""
