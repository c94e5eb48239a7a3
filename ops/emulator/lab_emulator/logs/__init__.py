"""CloudWatch Logs: filter patterns that are read, metric filters that count, saved queries."""
