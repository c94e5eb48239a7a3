"""`lab csv …`: the tools of the S3 pipeline."""

import typer

from ops.lab.commands import csv_api, csv_files, csv_monitor, csv_perf, csv_redrive, csv_simulate

app = typer.Typer(no_args_is_help=True, help="Files through S3: upload, follow, measure, break, redrive.")
app.command("simulate")(csv_simulate.simulate)
app.command("monitor")(csv_monitor.monitor)
app.command("perf")(csv_perf.perf)
app.command("files")(csv_files.files)
app.command("api")(csv_api.api)
app.command("redrive")(csv_redrive.redrive)
