"""Constructs that several stacks use, one noun a file. Know the settings, and not the stacks.

Imported as `infra.constructs`: `infra/` is never on the path, where this would hide PyPI's `constructs`.
"""
