"""DynamoDB in LocalStack's own process, where LocalStack would download DynamoDB Local and a Java for it."""
