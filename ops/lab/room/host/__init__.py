"""Host of a room: who has joined, their cards on the disk, the board, the clock and the debrief."""
