"""Step 1: is this an event, and under which key? Knows no AWS service."""
