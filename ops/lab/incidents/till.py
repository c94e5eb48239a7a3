"""Till: a client of the ingestion API that has settings of its own, in a file, and makes its keys by them.

An incident may be a client's fault. Then the repair is with the client, as a person does it who may edit the
file: `.lab/clients/NAME.toml`, which is read before each order.
"""

import re
import threading
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ops.lab.app.traffic import Event, order
from ops.lab.local.directory import lab_directory

GOOD_SERVER, STUCK_SERVER = "ntp1.shops.internal", "ntp4.shops.internal"
BY_TIME, BY_NUMBER = "time", "number"
# A server whose own clock stands sets a till back to the same time whenever it is asked.
_ASKED_EVERY_SECONDS = 8
_OPENS_AT_SECONDS = 8 * 3600
# What a setting may be, by its name, and in words.
_RULES = {
    "time_server": (r"[A-Za-z0-9][A-Za-z0-9.-]*", "a host's name in quotes"),
    "order_key": (f"{BY_TIME}|{BY_NUMBER}", f'"{BY_TIME}" or "{BY_NUMBER}"'),
}
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
        """Of the file, or what a till has that was never set up. Raises ValueError, which says what is wrong
        with it."""
        try:
            found = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls()
        except OSError as error:
            raise ValueError(f"it cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise ValueError(f"it is no UTF-8: byte {error.start}") from error
        except tomllib.TOMLDecodeError as error:
            raise ValueError(f"it is no TOML: {error}") from error
        if unknown := found.keys() - _RULES.keys():
            known = " and ".join(_RULES)
            raise ValueError(f"there is no setting {', '.join(sorted(unknown))}, only {known}")
        for name, value in found.items():
            rule, meaning = _RULES[name]
            if not isinstance(value, str) or not re.fullmatch(rule, value):
                raise ValueError(f"{name} is {meaning}, and not {value!r:.60}")
        return cls(**found)


@dataclass
class Till:
    """Makes orders one after another, and knows what it made. A file with a mistake in it changes nothing:
    the till says in its log what is wrong, and goes on with the settings that it had."""

    name: str
    _mistake: str = ""
    _settings: TillSettings = field(default_factory=TillSettings)
    _keys: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def path(self) -> Path:
        return lab_directory().clients / f"{self.name}.toml"

    @property
    def log(self) -> Path:
        """What it says of its settings, a line each time that they change, or have a mistake."""
        return self.path.with_suffix(".log")

    def write(self, settings: TillSettings) -> None:
        """The file as a person would leave it."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        text = _FILE_TEXT.format(name=self.name, good=GOOD_SERVER, **vars(settings))
        draft = self.path.with_suffix(".new")  # in one step: half a file would be another setting
        draft.write_text(text, encoding="utf-8")
        draft.replace(self.path)

    def remove(self) -> None:
        """Delete the file and the log, and forget what was made."""
        self.path.unlink(missing_ok=True)
        self.log.unlink(missing_ok=True)
        with self._lock:
            self._settings, self._mistake = TillSettings(), ""
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
        try:
            settings, mistake = TillSettings.read(self.path), ""
        except ValueError as error:
            settings, mistake = self._settings, str(error)
        if settings != self._settings or mistake != self._mistake:
            self._settings, self._mistake = settings, mistake
            self._say(f"{self.path.name}: {mistake}; going on with" if mistake else "settings:")
        return settings

    def _say(self, what: str) -> None:
        own = ", ".join(f"{name} {value}" for name, value in vars(self._settings).items())
        with suppress(OSError):  # a till sells also where its log cannot be written
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.log.open("a", encoding="utf-8") as log:
                log.write(f"{datetime.now(UTC).isoformat(timespec='seconds')} {what} {own}\n")


def mistakes_in(folder: Path) -> dict[str, str]:
    """What is wrong with the settings of the tills whose files are in the folder, by the file's name."""
    found = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            TillSettings.read(path)
        except ValueError as error:
            found[path.name] = str(error)
    return found
