"""Constructs of the lab, one noun a file, imported as `infra.constructs`: `infra/` is never on the path."""
