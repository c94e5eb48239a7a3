"""Worker: consumes the queue by the steps idempotency, processor and events, record by record. Knows SQS's
records, and their order of calls.
"""
