"""Drills: break the pipeline on purpose, watch it, repair it, and prove that nothing was lost.

`catalog` finds declarations, `declaration` says what one is, `conduct` carries one out: `run` does its
phases, `recorder` writes the `journal` and tells each `watcher`, `sampler` adds the curves, `report` makes
the page. `report_folder` keeps each run, `comparison` sets two side by side. `ingestion_pipeline` and
`files_pipeline` are the two pipelines as drills see them. Knows probes, and neither actions nor declarations.
"""
