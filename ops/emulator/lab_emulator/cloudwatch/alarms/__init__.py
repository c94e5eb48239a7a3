"""When an alarm is evaluated, on what, what follows from it, and who is told."""
