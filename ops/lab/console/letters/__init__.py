"""Letters: the ingestion pipeline's dead letters as the console finds, filters, moves and removes them."""
