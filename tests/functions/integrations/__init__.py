"""Tests of the integrations' functions."""
