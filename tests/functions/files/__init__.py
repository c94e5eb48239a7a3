"""Tests of the files pipeline's functions."""
