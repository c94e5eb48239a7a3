"""Room of a workshop: the facilitator's laptop collects the cards of those who join, and shows the board.

`host` is the facilitator's side, `member` an attendee's; what both say to each other is `protocol`.
It knows cards, and nothing of the app, the emulator or AWS.
"""
