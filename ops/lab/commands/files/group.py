"""Group of the `lab files` commands. `lab csv`, its name before, means the same."""

import typer

from ops.lab.commands.files import api, list_files, monitor, perf, redrive, set_aside, simulate

app = typer.Typer(no_args_is_help=True, help="Files through S3: upload, follow, measure, break, redrive.")
app.command("simulate")(simulate.simulate)
app.command("monitor")(monitor.monitor)
app.command("perf")(perf.perf)
app.command("list")(list_files.list_files)
app.command("files", hidden=True)(list_files.list_files)  # the name of `list` in `lab csv files`
app.command("api")(api.api)
app.command("redrive")(redrive.redrive)
app.command("set-aside")(set_aside.set_aside)
