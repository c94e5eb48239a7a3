"""What the steps of the ingestion pipeline share: event, key, outcome, and the forms of the HTTP API."""
