"""Tests of the structure: imports, names, sizes and what each package says of itself."""
