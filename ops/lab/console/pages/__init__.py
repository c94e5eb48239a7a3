"""Pages of the console, in the order in which its navigation shows them. A module has one page."""

from ops.lab.console.pages import files, pipeline
from ops.lab.console.pages.declaration import ConsolePage

PAGES: tuple[ConsolePage, ...] = (pipeline.PAGE, files.PAGE)
