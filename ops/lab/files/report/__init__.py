"""The report of a performance test."""
