"""The garbage collector while tests run."""

import gc

# How many new objects there may be before a collection: a test that starts a moto makes tens of thousands.
_NEW_OBJECTS = 10_000


def pytest_collection_finish() -> None:
    """Keep what is imported by now out of every later collection.

    To look through all modules and all that moto and the CDK have read takes 0.4 s, and each fourth test that
    started a moto gave cause for it: it was half of the processor's time of these tests.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, *gc.get_threshold()[1:])
