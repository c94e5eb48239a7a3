"""Pages of the console, in the order in which its navigation shows them. A module has one page."""

from ops.lab.console.pages import alarms, drills, inbox, pipeline
from ops.lab.console.pages.declaration import ConsolePage

PAGES: tuple[ConsolePage, ...] = (pipeline.PAGE, alarms.PAGE, inbox.PAGE, drills.PAGE)
