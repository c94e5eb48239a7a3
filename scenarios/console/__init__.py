"""The console in a real browser: its pages, what they refuse, what they survive."""
