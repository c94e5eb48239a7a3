"""The decisions of a round: may it begin, in what order, at what pace, and is there more."""
