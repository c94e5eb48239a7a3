"""Watch of the sources: what was saved, which functions have it, and a swap of their code alone."""
