"""Actions: what may be changed in a deployed app, as small verbs on a target.

Each that breaks something answers with a change that can be restored. Knows the app's AWS clients and drills'
scene, and no declaration of a drill.
"""
