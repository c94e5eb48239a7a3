"""`lab files`: a command a file, with what it shows. Knows the tools of `ops.lab.files`."""
