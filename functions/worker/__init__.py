"""Consumes the queue: claims a key, processes its event, publishes the outcome."""
