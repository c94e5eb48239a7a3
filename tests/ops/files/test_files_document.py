"""docs/files.md names nothing that is not there: files, commands, settings."""

import re
import shlex

from infra.settings import Settings
from ops.lab.local.emulator_process import REPOSITORY
from tests.ops.test_documents import parse

DOCUMENT = REPOSITORY / "docs" / "files.md"
TEXT = DOCUMENT.read_text()


def test_every_link_leads_somewhere() -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", TEXT) if not link.startswith("https:")]

    assert links
    assert [link for link in links if not (DOCUMENT.parent / link).exists()] == []


def test_every_lab_command_line_is_one() -> None:
    blocks = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
    lines = [line.partition("#")[0] for block in blocks for line in block.splitlines()]

    assert len(lines) > 5
    for line in lines:
        parse(shlex.split(line))


def test_every_setting_is_one() -> None:
    fields = {
        re.sub(r"_(\w)", lambda match: match[1].upper(), name) for name in Settings.__dataclass_fields__
    }
    named = set(re.findall(r"\b(csv[A-Z]\w+|fingerprintExample)\b", TEXT))

    assert {"csvPipeline", "fingerprintExample"} <= named <= fields


def test_each_of_the_22_requirements_has_its_row() -> None:
    rows = re.findall(r"^\| ([\d, ]+) \| ", TEXT.partition("## The requirements")[2], re.MULTILINE)

    assert sorted(int(number) for row in rows for number in row.split(",")) == list(range(1, 23))
