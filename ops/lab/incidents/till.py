"""Till: a client of the ingestion API that has settings of its own, in a file, and makes its keys by them.

An incident may be a client's fault. Then the repair is with the client, as a person does it who may edit the
file: `.lab/clients/NAME.toml`, which is read before each order.
"""

import threading
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ops.lab.app.traffic import Event, order
from ops.lab.local.directory import lab_directory

GOOD_SERVER, STUCK_SERVER = "ntp1.shops.internal", "ntp4.shops.internal"
BY_TIME, BY_NUMBER = "time", "number"
# A server whose own clock stands sets a till back to the same time whenever it is asked.
_ASKED_EVERY_SECONDS = 8
_OPENS_AT_SECONDS = 8 * 3600
_FILE_TEXT = """\
# {name}, read before each order
time_server = "{time_server}"   # the other tills of the house ask {good}
order_key = "{order_key}"                    # what a key is made of: "time" or "number" of the order
"""


@dataclass(frozen=True)
class TillSettings:
    """What the file says."""

    time_server: str = GOOD_SERVER
    order_key: str = BY_TIME

    @classmethod
    def read(cls, path: Path) -> "TillSettings":
        """Of the file, or what a till has that was never set up. Raises ValueError for no TOML."""
        try:
            found = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls()
        own = {name: str(found[name]) for name in ("time_server", "order_key") if name in found}
        return cls(**own)


@dataclass
class Till:
    """Makes orders one after another, and knows what it made. A file with a mistake in it changes nothing."""

    name: str
    _settings: TillSettings = field(default_factory=TillSettings)
    _keys: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def path(self) -> Path:
        return lab_directory().clients / f"{self.name}.toml"

    def write(self, settings: TillSettings) -> None:
        """The file as a person would leave it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        text = _FILE_TEXT.format(name=self.name, good=GOOD_SERVER, **vars(settings))
        self.path.write_text(text, encoding="utf-8")

    def remove(self) -> None:
        """Delete the file, and forget what was made."""
        self.path.unlink(missing_ok=True)
        with self._lock:
            self._settings = TillSettings()
            self._keys.clear()

    def order(self, run: str, number: int) -> Event:
        """The order of a run and a number, counted from 1, by the settings as they are now: its key has the
        till, and the time or the number. One order a second is sold."""
        sold_at = self._clock(number)
        with self._lock:
            by_number = self._current().order_key == BY_NUMBER
            key = f"{self.name}-{run[-4:]}-{number:06d}" if by_number else f"{self.name}-{run[-4:]}-{sold_at}"
            event = order(f"{run}-{number:06d}", number)
            self._keys[str(event.body["orderId"])] = key
        return Event(key, event.body | {"till": self.name, "soldAt": sold_at})

    def keys(self) -> Mapping[str, str]:
        """The key of each order that was made, by the order's id."""
        with self._lock:
            return dict(self._keys)

    def _clock(self, number: int) -> str:
        with self._lock:
            stuck = self._current().time_server == STUCK_SERVER
        second = _OPENS_AT_SECONDS + (number % _ASKED_EVERY_SECONDS if stuck else number)
        return f"{second // 3600:02d}{second // 60 % 60:02d}{second % 60:02d}"

    def _current(self) -> TillSettings:
        with suppress(ValueError, OSError):
            self._settings = TillSettings.read(self.path)
        return self._settings
