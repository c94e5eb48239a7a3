"""Declarations of the lab's drills, one a file; docs/drills.md tells how one is written."""
