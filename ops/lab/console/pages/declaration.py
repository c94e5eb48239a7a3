"""Declaration of a page: where it is, what the navigation calls it, and its routes."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.routing import Route


@dataclass(frozen=True)
class ConsolePage:
    """`path` is the page's own address; `routes` has it, its fragments and its actions."""

    path: str
    title: str
    routes: Sequence[Route]
