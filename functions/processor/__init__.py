"""Step 4: the business logic. Knows what an order is, and neither queue nor table nor bus."""
