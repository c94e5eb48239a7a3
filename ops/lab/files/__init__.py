"""Tools for the files pipeline: upload files, follow them through the files table, prove that each row was
delivered, redrive the DLQ. Know S3, SQS and the tables by the stack outputs; nothing of drills.
"""
