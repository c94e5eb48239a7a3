"""Garbage collection of a program whose memory is mostly what it has imported.

Python looks for cycles whenever some 700 objects more were made than freed, which is several times a request,
and at times through all of the heap: descriptions of services, which never become garbage. A fifth of the
emulator's time went into that under load.
"""

import gc

# Objects more than before, until the youngest generation is looked at; then how often before the next one is.
# A request leaves a few hundred in cycles: at most some 20 MB of them wait.
THRESHOLDS = (50_000, 20, 20)


def settle() -> None:
    """Take all that is loaded now for permanent, and look for garbage less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
