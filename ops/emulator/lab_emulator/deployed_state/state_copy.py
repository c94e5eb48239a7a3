"""Copy of the state: what the containers held, pickled, so that each way back makes new objects of it."""

import io
import pickle
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import dill
from localstack.services.s3.storage.ephemeral import EphemeralS3ObjectStore
from localstack.services.stepfunctions.backend.execution import Execution
from localstack.services.stores import AccountRegionBundle
from localstack.state.pickle import Pickler
from moto.ssm.models import ParameterDict

from lab_emulator.deployed_state.object_contents import ObjectContents
from lab_emulator.deployed_state.state_containers import Container, containers
from lab_emulator.lambda_executor.shared_archives import HOLDERS

# A store may change while it is pickled: metrics come each second, and a function may be at its end.
ATTEMPTS = 5


class CopyFailed(Exception):
    """The state could not be copied; the message says what stood in the way."""


class StatePickler(Pickler):
    """LocalStack's pickler, which names the containers themselves, and leaves executions of workflows out.

    A lock that is held at the moment is free in the copy: no thread would ever release it there.
    """

    def __init__(self, file: io.BytesIO, kept: list[Container]) -> None:
        super().__init__(file)
        self._index_of = {id(container): index for index, container in enumerate(kept)}
        self.dispatch[ParameterDict] = _pickle_parameters
        for make in (threading.Lock, threading.RLock):
            self.dispatch[type(make())] = partial(_pickle_lock, make)

    def persistent_id(self, obj: Any) -> int | None:
        if isinstance(obj, Execution):  # it has threads; a copy is rid of them all
            return -1
        return self._index_of.get(id(obj))


class StateUnpickler(dill.Unpickler):
    """Reads what StatePickler wrote. A container's name is the container again."""

    def __init__(self, file: io.BytesIO, kept: list[Container]) -> None:
        super().__init__(file)
        self._kept = kept

    def persistent_load(self, pid: Any) -> Container | None:
        return None if pid == -1 else self._kept[pid]


@dataclass(frozen=True)
class StateCopy:
    """The containers, and what they held at one moment."""

    kept: list[Container]
    pickled: bytes
    objects: ObjectContents | None

    @classmethod
    def take(cls, objects: EphemeralS3ObjectStore | None) -> "StateCopy":
        """Copy what the loaded services hold, and S3's `objects`. Raises CopyFailed.

        What S3 says of an object, and its bytes, are kept apart: an upload in between would part them.
        """
        kept = containers()
        if objects is None:
            return cls(kept, _pickled(kept), None)
        for _attempt in range(ATTEMPTS):
            contents = ObjectContents.read(objects)
            copy = cls(kept, _pickled(kept), contents)
            if contents.are_those_of(objects):
                return copy
        raise CopyFailed("objects of S3 are written all the time")

    def put_back(self, objects: EphemeralS3ObjectStore | None) -> None:
        """Have the containers hold that again, and those of services loaded since hold nothing."""
        contents, (stored, sources) = StateUnpickler(io.BytesIO(self.pickled), self.kept).load()
        HOLDERS.replace(stored, sources)
        for container, (content, universal) in zip(self.kept, contents, strict=True):
            _replace(container, content, universal)
        known = {id(container) for container in self.kept}
        for container in containers():
            if id(container) not in known:
                _replace(container, {}, {})
        if objects is not None:
            (self.objects or ObjectContents({})).write(objects)


def _pickled(kept: list[Container]) -> bytes:
    for attempt in range(1, ATTEMPTS + 1):
        file = io.BytesIO()
        # As plain dictionaries: the containers themselves are named.
        contents = [(dict(container), getattr(container, "_universal", {})) for container in kept]
        try:
            StatePickler(file, kept).dump((contents, HOLDERS.holdings()))
        except RuntimeError as error:  # changed size during iteration
            if attempt == ATTEMPTS:
                raise CopyFailed(f"the state changed all the time: {error}") from error
        except (TypeError, AttributeError, pickle.PicklingError) as error:
            raise CopyFailed(f"the state holds what cannot be copied: {error}") from error
        else:
            return file.getvalue()
    raise AssertionError("unreachable")


def _replace(container: Container, content: dict[str, Any], universal: dict[str, Any]) -> None:
    # By dict's own methods: BackendDict.reset() would clear the state of every service.
    dict.clear(container)
    dict.update(container, content)
    if isinstance(container, AccountRegionBundle):
        container._universal = universal


def _pickle_lock(make: Callable[[], Any], pickler: Pickler, lock: Any) -> None:
    pickler.save_reduce(make, (), obj=lock)


def _pickle_parameters(pickler: Pickler, parameters: ParameterDict) -> None:
    """Pickle SSM's parameters, whose class makes no empty one of itself, as dill wants of a defaultdict."""
    made = (parameters.account_id, parameters.region_name)
    state = (dict(parameters), dict(parameters.__dict__))
    pickler.save_reduce(_unpickle_parameters, (*made, *state), obj=parameters)


def _unpickle_parameters(
    account_id: str, region: str, content: dict[str, Any], attributes: dict[str, Any]
) -> ParameterDict:
    parameters = ParameterDict(account_id, region)
    parameters.__dict__.update(attributes)
    dict.update(parameters, content)
    return parameters
