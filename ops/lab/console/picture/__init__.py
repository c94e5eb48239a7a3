"""Pictures of the pipelines: nodes and the edges between them, as text and figures that a template lays out.

`ingestion_nodes` and `files_nodes` declare what there is, and which alarms belong where; the `…_picture`
modules fill it from what was seen. Knows no AWS call.
"""
