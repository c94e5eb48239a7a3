"""Tests of the HTTP server of the emulator's port."""
