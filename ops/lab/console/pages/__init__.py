"""Pages of the console, in the order in which its navigation shows them. A module has one page."""

from ops.lab.console.pages import alarms, dashboard, drills, inbox, pipeline, timeline
from ops.lab.console.pages.declaration import ConsolePage

PAGES: tuple[ConsolePage, ...] = (
    pipeline.PAGE,
    timeline.PAGE,
    alarms.PAGE,
    inbox.PAGE,
    drills.PAGE,
    dashboard.PAGE,
)
