"""The ingestion pipeline as its drills know it."""
