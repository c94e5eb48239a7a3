"""DynamoDB in LocalStack's own process, where LocalStack would download DynamoDB Local and a Java for it.

Answers all operations that moto has, one at a time, and deletes items by time to live.
Refuses streams: a table with a StreamSpecification is a ValidationException.
"""
