"""The drills, one declaration a file; docs/drills.md tells how one is written."""
