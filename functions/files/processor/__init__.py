"""Sends the rows of a CSV file in S3 to an API, each once or recorded, in constant memory."""
