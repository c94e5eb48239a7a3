"""Which core the emulator keeps to, by what it sees of all."""

from lab_emulator.processor_affinity import PAUSE_SECONDS, CoreChoice, Look

QUIET = Look({0: 0.3, 1: 0.1}, own=0.2)
FULL = Look({0: 1.0, 1: 1.0}, own=0.2)


def test_it_takes_the_quietest_core() -> None:
    assert CoreChoice().after(QUIET, at=1) == 1


def test_it_takes_none_of_a_machine_that_is_busy_for_others() -> None:
    assert CoreChoice().after(FULL, at=1) is None


def test_its_own_work_does_not_drive_it_away() -> None:
    choice = CoreChoice(core=0)
    assert choice.after(Look({0: 1.0, 1: 0.6}, own=0.9), at=1) == 0


def test_it_moves_to_a_core_that_others_use_less() -> None:
    choice = CoreChoice(core=0)
    assert choice.after(Look({0: 1.0, 1: 0.2}, own=0.3), at=1) == 1


def test_it_goes_anywhere_while_all_cores_are_contested_and_tries_again_later() -> None:
    choice = CoreChoice(core=0)
    assert choice.after(FULL, at=1) is None
    assert choice.after(QUIET, at=2) is None
    assert choice.after(QUIET, at=1 + PAUSE_SECONDS) == 1
