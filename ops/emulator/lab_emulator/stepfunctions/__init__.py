"""Step Functions, quick enough for an Express workflow of some steps to end within two seconds."""
