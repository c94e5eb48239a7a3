"""The files pipeline as its drills know it."""
