"""A stack of the test's own, which is deleted when the test ends."""

from collections.abc import Iterator

import pytest

from tests.emulator.cloudformation_stack import Stack, open_stack
from tests.emulator.conftest import Emulator


@pytest.fixture
def stack(emulator: Emulator) -> Iterator[Stack]:
    with open_stack(emulator) as opened:
        yield opened
