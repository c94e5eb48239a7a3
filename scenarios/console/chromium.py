"""Chromium of this machine: Debian's, or the one that LAB_CHROMIUM names. Nothing is downloaded."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")
# No name leads out of this machine; the one that a hostile site has leads back to it, as after DNS rebinding.
FOREIGN_HOST = "attacker.example"
_RULES = f"MAP {FOREIGN_HOST} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
_ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-sync",
    "--no-first-run",
    f"--host-resolver-rules={_RULES}",
)


def found_chromium(environ: Mapping[str, str] = os.environ) -> str | None:
    """Its path, or None where there is none."""
    return environ.get("LAB_CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)


@contextmanager
def running_chromium(path: str) -> Iterator[Browser]:
    """A browser without a window, and its end."""
    # Chromium's sandbox refuses root.
    arguments = [*_ARGUMENTS, *(("--no-sandbox",) if os.getuid() == 0 else ())]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        try:
            yield browser
        finally:
            browser.close()
