"""Runbooks and gamedays as their readers meet them: commands, and what they should show.

A ```bash block is run; the ```text block right after it is what it should print, where "…" stands for
anything and a line may be left out. A ```bash aws-only block is for a real account: it is read, not run.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ops.lab.lifecycle.plan import FIRST_SPEED, first_context
from ops.lab.options import parse_context
from ops.lab.repository import REPOSITORY

FOLDERS = ("ops/runbooks", "ops/gamedays")
INTERVIEW_NOTES = REPOSITORY / "docs" / "interview-notes.md"
WORKSHOP = REPOSITORY / "ops" / "gamedays" / "workshop"
_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_CHAIN = re.compile(r"""(?P<quoted>'[^']*'|"[^"]*")|&&|\|\||[|;]|\$\(|\)""")


@dataclass(frozen=True)
class Block:
    """One fenced block. `expected` are the lines of the text block that follows it."""

    info: str
    text: str
    line: int
    expected: tuple[str, ...] = ()


@dataclass(frozen=True)
class Document:
    path: Path
    text: str

    @property
    def name(self) -> str:
        return f"{self.path.parent.name}/{self.path.stem}"

    def blocks(self, info: str) -> list[Block]:
        """The blocks of this kind, in order."""
        return [block for block in self._all_blocks() if block.info == info]

    def headings(self) -> list[str]:
        return re.findall(r"^## (.+)$", self.text, re.MULTILINE)

    def words(self) -> list[str]:
        """What stands in backticks outside of blocks."""
        return _INLINE.findall(_FENCE.sub("", self.text))

    def commands(self) -> list[list[str]]:
        """Every `lab` command line, as a shell would part it: of blocks, and of the prose."""
        lines = [line for block in self.blocks("bash") for line in _joined(block.text)]
        lines += [word.replace("…", "") for word in self.words() if word.startswith("lab ")]
        parts = (part.strip() for line in lines for part in _parted(line))
        return [shlex.split(part, comments=True) for part in parts if part.startswith("lab ")]

    def _all_blocks(self) -> Iterator[Block]:
        found = list(_FENCE.finditer(self.text))
        for at, match in enumerate(found):
            after = found[at + 1] if at + 1 < len(found) else None
            follows = after is not None and after["info"] == "text"
            between = self.text[match.end() : after.start()] if after is not None else ""
            yield Block(
                info=match["info"].strip(),
                text=match["text"],
                line=self.text.count("\n", 0, match.start()) + 1,
                expected=_lines(after["text"]) if after and follows and not between.strip() else (),
            )


@dataclass(frozen=True)
class Preparation:
    """What the README of a folder says to do before each of its documents: `lab down`, then `lab up …`."""

    readme: Document

    @property
    def context(self) -> dict[str, str]:
        """The settings that the app is deployed with, those that `lab up` adds by itself included."""
        words = self._up()
        given = parse_context([words[at + 1] for at, word in enumerate(words) if word == "-c"])
        return first_context(given)

    @property
    def speed(self) -> float:
        """How many times as fast as on AWS alarms pass: what the command says, or what a new lab has."""
        words = self._up()
        return float(words[words.index("--speed") + 1]) if "--speed" in words else FIRST_SPEED

    def _up(self) -> list[str]:
        [block] = self.readme.blocks("bash")
        down, up = (shlex.split(line, comments=True) for line in block.text.splitlines())
        if down != ["lab", "down"] or up[:2] != ["lab", "up"]:
            raise ValueError(f"{self.readme.path}:{block.line} is not `lab down`, then `lab up …`")
        return up


def preparations() -> list[Preparation]:
    """Of the runbooks, and of the gamedays."""
    return [Preparation(_index(folder)) for folder in FOLDERS]


def documents() -> list[Document]:
    """Every runbook and gameday in the order of its README; what that does not name comes last."""
    return [each for folder in FOLDERS for each in _in_order(folder)]


def interview_notes() -> Document:
    """Replayed in the lab that the gamedays are prepared in."""
    return Document(INTERVIEW_NOTES, INTERVIEW_NOTES.read_text())


def workshop_guides() -> list[Document]:
    """The guides of a workshop, which are read and not replayed: people play them."""
    return [Document(path, path.read_text()) for path in sorted(WORKSHOP.glob("*.md"))]


def _in_order(folder: str) -> list[Document]:
    named = re.findall(r"\]\((\w+\.md)\)", _index(folder).text)
    found = {
        path.name: path for path in sorted((REPOSITORY / folder).glob("*.md")) if path.name != "README.md"
    }
    order = [name for name in dict.fromkeys([*named, *found]) if name in found]
    return [Document(found[name], found[name].read_text()) for name in order]


def _index(folder: str) -> Document:
    path = REPOSITORY / folder / "README.md"
    return Document(path, path.read_text())


def missing_line(expected: tuple[str, ...], printed: str) -> str | None:
    """The first expected line that was not printed, in this order; None where all were."""
    lines = iter([_squeezed(line) for line in printed.splitlines()])
    for wanted in expected:
        pattern = re.compile(".*".join(map(re.escape, re.split(r"\s*…\s*", _squeezed(wanted)))))
        if not any(pattern.fullmatch(line) for line in lines):
            return wanted
    return None


def _squeezed(line: str) -> str:
    """Columns move with what stands in them."""
    return " ".join(line.split())


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line for line in text.splitlines() if line.strip() and line.strip() != "…")


def _parted(line: str) -> list[str]:
    """The commands of a line; what is quoted is not looked into: a query has bars of its own."""
    return _CHAIN.sub(lambda found: found["quoted"] or "\0", line).split("\0")


def _joined(text: str) -> list[str]:
    return text.replace("\\\n", " ").splitlines()
