"""Round starter: wakes the rounds on the arrival of a file, and on a schedule as the last resort. Knows the
lock and Step Functions.
"""
