"""Carries out redrive jobs: moves dead letters back to the main queue, or parks them."""
