"""Web pages of this machine: what the console and the room serve theirs with. It knows neither of them."""
