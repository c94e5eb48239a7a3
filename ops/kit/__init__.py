"""Kit: one file with all that `make setup` installs, for a room without internet. `make bundle` writes it.

`installer` is what a kit carries of its own, and needs nothing but Python. The rest runs where a kit is made.
"""
