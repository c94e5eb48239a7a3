"""Round control, the decisions of a round: may it begin, in what order, at what pace, and is there more.
Knows the control table and the queue, and no file.
"""
