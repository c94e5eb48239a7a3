"""What becomes of a file's rows when the process that sends them dies, at any of its AWS calls or between.

As `crash_model`, whose wire, clock and processes these are: a story plays once without a crash, which numbers
its calls, and then again for each call and each moment of a crash, until the file has succeeded.
"""
