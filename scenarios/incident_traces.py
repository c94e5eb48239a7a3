"""Traces of an incident: where somebody could read which one it is, without finding out."""

import json
from collections.abc import Iterator
from pathlib import Path

from ops.lab.app.target import Target
from ops.lab.commands.status import overview
from ops.lab.incidents.declaration import Incident


def secrets_of(incident: Incident) -> list[str]:
    """What must stand nowhere: the name, however it is written, the title and the cause."""
    names = {incident.name, incident.name.replace("_", " "), incident.name.replace("_", "-")}
    return [secret.lower() for secret in (*names, incident.title, incident.cause)]


def traces(incident: Incident, texts: Iterator[tuple[str, str]]) -> list[str]:
    """The places of those texts in which one of the incident's secrets stands."""
    secrets = secrets_of(incident)
    return [place for place, text in texts if any(secret in text.lower() for secret in secrets)]


def texts_of_account(target: Target, since: float) -> Iterator[tuple[str, str]]:
    """What the account shows, by its place: `lab status`, every parameter, every log event since then."""
    yield "lab status", json.dumps(overview(target))
    for page in target.ssm.get_paginator("describe_parameters").paginate():
        names = [parameter["Name"] for parameter in page["Parameters"]]
        for parameter in target.ssm.get_parameters(Names=names)["Parameters"] if names else ():
            yield f"parameter {parameter['Name']}", json.dumps(parameter, default=str)
    for groups in target.logs.get_paginator("describe_log_groups").paginate():
        for group in groups["logGroups"]:
            name = group["logGroupName"]
            pages = target.logs.get_paginator("filter_log_events").paginate(
                logGroupName=name, startTime=int(since * 1000)
            )
            for found in pages:
                yield name, "\n".join(event["message"] for event in found["events"])


def texts_of_process(pid: int) -> Iterator[tuple[str, str]]:
    """What the process table tells of it."""
    for name in ("cmdline", "environ"):
        text = (Path("/proc") / str(pid) / name).read_bytes().decode(errors="replace")
        yield f"process {pid}: {name}", text.replace("\0", " ")


def texts_of_folder(folder: Path) -> Iterator[tuple[str, str]]:
    """Every file below it: its path, and what it says."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield str(path), f"{path}\n{path.read_bytes().decode(errors='replace')}"
