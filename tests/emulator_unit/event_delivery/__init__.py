"""Tests of EventBridge's part that need no emulator."""
