"""Parts of this package: what each adds to LocalStack, and whether it was really loaded.

LocalStack falls back to its own behaviour with a mere warning when a plug-in's name is
wrong, so each part says how it can be told apart from what it replaces. `/_lab/parts` answers
`part_list.report()`; `lab doctor`, the container's health check and the tests read it there.
"""
