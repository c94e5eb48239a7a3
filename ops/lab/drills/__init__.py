"""Drills: break the pipeline on purpose, watch it, repair it, and prove that nothing was lost.

`declaration` says what a drill is, `run` carries one out, `journal` keeps what happened, `report` shows it.
The declarations themselves stand in scenarios/drills.
"""
