"""Authorizer: checks the API key, since HTTP APIs have no keys of their own. Knows Secrets Manager alone."""
