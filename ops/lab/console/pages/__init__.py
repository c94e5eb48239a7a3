"""Pages of the console, in the order in which its navigation shows them. A module has one page."""

from ops.lab.console.pages import (
    alarms,
    dashboard,
    drills,
    files,
    inbox,
    incident,
    letters,
    levers,
    logs,
    pipeline,
    story,
    timeline,
)
from ops.lab.console.pages.declaration import ConsolePage

PAGES: tuple[ConsolePage, ...] = (
    pipeline.PAGE,
    files.PAGE,
    timeline.PAGE,
    letters.PAGE,
    story.PAGE,
    alarms.PAGE,
    inbox.PAGE,
    drills.PAGE,
    incident.PAGE,
    dashboard.PAGE,
    levers.PAGE,
    logs.PAGE,
)
