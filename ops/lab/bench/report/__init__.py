"""Report of a benchmark of the pipeline: its curves, and the page that shows them with the numbers."""
