"""Member of a room: an attendee's laptop, which sends heartbeats and its own cards, and nothing else."""
