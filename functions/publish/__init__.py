"""Step 2: puts a validated event on the queue. Knows SQS alone."""
