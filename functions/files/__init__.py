"""Files pipeline: processes files of a bucket in staggered rounds. Knows no ingestion pipeline."""
