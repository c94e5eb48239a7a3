"""LocalStack 4.13.1 on Python 3.11 and 3.12.

`localstack.packages.api` annotates a parameter `Lock | None`. Below Python 3.13
`threading.Lock` is a function, so the module raises TypeError when it is imported and
takes Step Functions and two of Lambda's hooks down with it.
"""

import importlib
import sys
import threading


def mend() -> None:
    """Import `localstack.packages.api` with a class in the place of `threading.Lock`."""
    if sys.version_info >= (3, 13):
        return
    factory = threading.Lock
    threading.Lock = type("Lock", (), {"__new__": lambda cls: factory()})  # type: ignore[misc,assignment]
    try:
        importlib.import_module("localstack.packages.api")
    finally:
        threading.Lock = factory  # type: ignore[misc]
