"""Processor of CSV files: sends the rows of a file in S3 to an API, each once or recorded, in constant
memory. Knows S3, the files table and the API; of rounds it knows the task and the answer.
"""
