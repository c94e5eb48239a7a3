"""The model can fail: it catches each of the faults that reliability hangs on."""

import pytest

from tests.functions.crash_model.mutations import MUTATIONS, Mutation


@pytest.mark.parametrize("mutation", MUTATIONS, ids=str)
def test_the_model_catches_a_fault(mutation: Mutation, monkeypatch: pytest.MonkeyPatch) -> None:
    mutation.apply(monkeypatch)
    found = (line for lines in mutation.runs() for line in lines)
    assert any(mutation.symptom in line for line in found)
