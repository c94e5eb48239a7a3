"""Step 3: one attempt at a time works on a key, and its outcome is kept. Knows DynamoDB alone."""
