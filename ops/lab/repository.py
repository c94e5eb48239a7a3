"""Repository that this `lab` belongs to: a checkout, or the copy of one that a wheel installs.

The copy lies in site-packages and has the same folders, so every path below REPOSITORY holds in both. It
differs in two things: what the lab writes must not go there, and `lab setup` gets what `make setup` does.
"""

from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
IS_CHECKOUT = (REPOSITORY / "pyproject.toml").is_file()
# Where `.lab` and `reports` are made.
WORKPLACE = REPOSITORY if IS_CHECKOUT else Path.cwd()
# What to do about a program that is missing.
SETUP_HINT = "run `make setup`" if IS_CHECKOUT else "run `lab setup`"
