"""One emulator with the app deployed to it, started by pytest itself and taken down at the end.

With `--topology both` there is one for each topology. `-n 4` runs them side by side with the other shares,
which `xdist_scheduling.py` names.
With `--target` the scenarios run against what is up, or a real account.
"""

import os
import signal
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from xdist.remote import Producer

from ops.lab.app.api import Api
from ops.lab.engines.engine import EngineChoice, EngineName, choose
from ops.lab.errors import EmulatorFailed
from ops.lab.options import TargetName
from scenarios.deployed import Deployed, found, started
from scenarios.drill_ground import DrillGround
from scenarios.incident_ground import IncidentGround
from scenarios.ingestion import IngestionPipeline
from scenarios.preloaded_lab import preloaded_lab
from scenarios.watchdog import Watchdog
from scenarios.xdist_scheduling import TopologyScheduling

# `lab` is dev with short clocks; two deliveries instead of three spare a visibility timeout of 19 s.
# The address is reserved for examples (RFC 2606).
# The files pipeline has scenarios of its own: nothing of it runs beside these.
CONTEXT = {
    "envName": "lab",
    "maxReceiveCount": "2",
    "alarmEmail": "on-call@example.com",
    "csvPipeline": "false",
}
# Alarm periods pass so many times faster, or a drill would wait minutes for an alarm.
SPEED = 20.0
TOPOLOGIES = {"direct": ("direct",), "orchestrated": ("orchestrated",), "both": ("direct", "orchestrated")}
_AS_IT_IS = "as deployed"

Ground = Callable[[Mapping[str, str], str], AbstractContextManager[Deployed]]

_CHOICE = pytest.StashKey[EngineChoice]()
_WATCHDOG = pytest.StashKey[Watchdog]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--engine", choices=[name.value for name in EngineName], default="auto", help="what runs the emulator"
    )
    parser.addoption("--topology", choices=list(TOPOLOGIES), default="direct", help="how the app is deployed")
    parser.addoption(
        "--target", choices=[name.value for name in TargetName], help="deploy nothing; use what is there"
    )
    parser.addoption("--account", help="with --target aws: the number of the account, as a confirmation")


def pytest_configure(config: pytest.Config) -> None:
    # A terminated run cleans up as an interrupted one does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    # Here and not in pyproject.toml, which an installed copy of the scenarios does not come with.
    config.addinivalue_line("markers", "one_topology: of several topologies, only the first is of interest")
    if config.option.collectonly or config.getoption("--target"):
        return
    try:
        config.stash[_CHOICE] = choose(EngineName(config.getoption("--engine")))
    except EmulatorFailed as error:
        raise pytest.UsageError(f"--engine docker: {error}\n{error.hint}") from error


def pytest_report_header(config: pytest.Config) -> str:
    if target := config.getoption("--target"):
        return f"target: {target}"
    return f"engine: {config.stash.get(_CHOICE, 'none to collect')}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what needs the app once for each topology."""
    if "topology" in metafunc.fixturenames:
        option = metafunc.config.getoption
        names = (_AS_IT_IS,) if option("--target") else TOPOLOGIES[option("--topology")]
        if metafunc.definition.get_closest_marker("one_topology"):
            names = names[:1]
        metafunc.parametrize("topology", names, indirect=True, scope="session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the time of a scenario be that of the scenario: not what the deployment takes before the first one,
    which has a limit of its own."""
    mine = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(mine) and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(func_only=True))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> TopologyScheduling:
    return TopologyScheduling(config, log)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """Guard what a scenario does, not what pytest does around it."""
    watchdog = item.config.stash.get(_WATCHDOG, None)
    if watchdog is None:
        return (yield)
    with watchdog.guarding():
        return (yield)


@pytest.fixture(scope="session")
def choice(pytestconfig: pytest.Config) -> EngineChoice | None:
    """The engine that runs the emulator; None with `--target`."""
    return pytestconfig.stash.get(_CHOICE, None)


@pytest.fixture(scope="session")
def topology(request: pytest.FixtureRequest) -> str:
    """`direct`, `orchestrated`, or whatever a target has."""
    return str(request.param)


@pytest.fixture(scope="session")
def deployed(topology: str, ground: Ground) -> Iterator[Deployed]:
    """The app on an emulator of its own."""
    context = CONTEXT if topology == "direct" else CONTEXT | {"topology": topology}
    with ground(context, topology) as deployed:
        yield deployed


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Ground:
    """Deploys the app with a context, or with `--target` finds it where it runs, and guards it meanwhile."""

    @contextmanager
    def deployed(context: Mapping[str, str], topology: str) -> Iterator[Deployed]:
        if name := pytestconfig.getoption("--target"):
            yield found(TargetName(name), pytestconfig.getoption("--account"), topology)
            return
        choice = pytestconfig.stash[_CHOICE]
        folder = tmp_path_factory.mktemp("lab")
        with started(
            lambda folder: choice.engine(folder, speed=SPEED),
            folder,
            context,
            topology,
            assemblies=_folder_of_all(tmp_path_factory),
        ) as running:
            before = pytestconfig.stash.get(_WATCHDOG, None)
            pytestconfig.stash[_WATCHDOG] = running.watchdog
            try:
                yield running
            finally:  # where one process has two shares, the first one's emulator outlives the second's
                _restore(pytestconfig.stash, before)

    return deployed


@pytest.fixture
def pipeline(deployed: Deployed) -> Iterator[IngestionPipeline]:
    """The deployed pipeline with no fault in it. Whatever a scenario broke is healed after it."""
    deployed.watchdog.check()
    pipeline = IngestionPipeline(target=deployed.target, api=Api.of(deployed.target), engine=deployed.engine)
    try:
        yield pipeline
    finally:
        if deployed.engine.ailment() is None:
            pipeline.heal()


@pytest.fixture
def drills(deployed: Deployed, pytestconfig: pytest.Config, tmp_path: Path) -> DrillGround:
    """The deployed app as a place for drills, each of which restores what it changed."""
    deployed.watchdog.check()
    choice = pytestconfig.stash.get(_CHOICE, None)
    return DrillGround(deployed.target, deployed.topology, choice.name.value if choice else "", tmp_path)


@pytest.fixture
def incidents(deployed: Deployed) -> IncidentGround:
    """The deployed app as a place for incidents, each of which is restored at its end."""
    deployed.watchdog.check()
    return IncidentGround(deployed.target)


@pytest.fixture(scope="session")
def programs() -> Iterator[Path]:
    """Where scenarios find `lab`. Not below pytest's folder: a socket's path is short."""
    with TemporaryDirectory() as folder, preloaded_lab(Path(folder)) as found:
        yield found


def _restore(stash: pytest.Stash, watchdog: Watchdog | None) -> None:
    del stash[_WATCHDOG]
    if watchdog:
        stash[_WATCHDOG] = watchdog


def _folder_of_all(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that pytest's processes share."""
    mine = tmp_path_factory.getbasetemp()
    return mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine
