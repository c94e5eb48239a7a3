"""Deferred modules: packages that LocalStack imports for a name or two, and that almost no app uses.

Step Functions imports moto's Batch for one list of states, and that imports all of EC2 with a description of
every instance type; Systems Manager imports EC2 for the targets of its commands, CloudFormation the shapes of
EC2's API for two annotations. Together they take 1.4 s of the processor at each start, and 120 MB.
"""

import importlib.util
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from types import ModuleType
from typing import Any


class DeferredModule(ModuleType):
    """A module that is executed when an attribute is asked for that it has not. Its submodules are not it."""

    _lock = threading.RLock()
    _is_executing = False

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("__"):  # for these the import system looks, and inspections
            self._execute()
        if name in vars(self):
            return vars(self)[name]
        raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")

    def _execute(self) -> None:
        """Become the module itself; change nothing where this thread is about it, as in a circular import."""
        with DeferredModule._lock:
            if self.__class__ is ModuleType or self._is_executing:
                return
            assert self.__spec__ is not None
            assert self.__spec__.loader is not None
            self._is_executing = True
            try:
                self.__spec__.loader.exec_module(self)
            finally:
                del self._is_executing
            self.__class__ = ModuleType


class DeferredMapping(Mapping[str, Any]):
    """A mapping that is looked up when it is used."""

    def __init__(self, look_up: Callable[[], Mapping[str, Any]]) -> None:
        self._look_up = look_up

    def __getitem__(self, key: str) -> Any:
        return self._look_up()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._look_up())

    def __len__(self) -> int:
        return len(self._look_up())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._look_up(), name)


def defer_modules() -> None:
    """Put the modules in their places. Call it once the environment is prepared, before LocalStack starts."""
    importlib.import_module("localstack.config")  # it sets variables that moto reads when it is imported
    defer("moto.batch")
    defer("moto.ec2")
    _import_with(DeferredMapping(_ec2_backends), "moto.ssm.models")
    # Annotations of variables in a function are not evaluated.
    defer("localstack.aws.api.ec2", AvailabilityZoneList=list, DescribeAvailabilityZonesResult=dict)


def defer(name: str, **given: object) -> None:
    """Defer a module, unless it is imported already. `given` are names that it has before it is executed."""
    if name in sys.modules:
        return
    spec = importlib.util.find_spec(name)
    assert spec is not None, name
    module = DeferredModule(name)
    module.__spec__, module.__loader__, module.__file__ = spec, spec.loader, spec.origin
    module.__package__ = spec.parent
    if spec.submodule_search_locations is not None:
        module.__path__ = spec.submodule_search_locations
    vars(module).update(given)
    sys.modules[name] = module
    parent, _, own = name.rpartition(".")
    setattr(sys.modules[parent], own, module)


def _import_with(backends: DeferredMapping, name: str) -> None:
    """Import a module that keeps `ec2_backends` for itself. All others get the mapping itself."""
    ec2 = vars(sys.modules["moto.ec2"])
    ec2["ec2_backends"] = backends
    try:
        importlib.import_module(name)
    finally:
        del ec2["ec2_backends"]


def _ec2_backends() -> Mapping[str, Any]:
    from moto.ec2.models import ec2_backends

    return ec2_backends
