"""Worker: consumes the queue by the steps idempotency, processor and events, a batch at a time. Knows SQS's
records, and their order of calls.
"""
