"""Scripts for the functions' interpreter. They run without `site` and import the standard library only."""
