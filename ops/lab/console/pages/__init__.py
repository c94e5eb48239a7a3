"""Pages of the console, in the order in which its navigation shows them. A module has one page."""

from ops.lab.console.pages import alarms, drills, files, inbox, letters, levers, logs, pipeline, story
from ops.lab.console.pages.declaration import ConsolePage

PAGES: tuple[ConsolePage, ...] = (
    pipeline.PAGE,
    files.PAGE,
    letters.PAGE,
    story.PAGE,
    alarms.PAGE,
    inbox.PAGE,
    drills.PAGE,
    levers.PAGE,
    logs.PAGE,
)
