"""Step 5: tells the bus what became of an event. Knows EventBridge alone."""
