"""`lab csv …`: the tools of the S3 pipeline."""

import typer

from ops.lab.commands import csv_simulate

app = typer.Typer(no_args_is_help=True, help="Files through S3: upload, follow, measure, break, redrive.")
app.command("simulate")(csv_simulate.simulate)
