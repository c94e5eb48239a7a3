"""Installer: verifies a kit and makes a lab of it, without a network. It imports Python's library alone."""
