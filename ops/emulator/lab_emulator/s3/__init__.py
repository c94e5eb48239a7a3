"""S3 whose events on EventBridge read as AWS's do."""
