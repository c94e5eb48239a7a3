"""Serving of the console: its address and process, its routes behind the guard, what a page is made with."""
