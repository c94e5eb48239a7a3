"""Commands of `lab`, a group a file: options, and answers on a terminal. Knows app, local, and Typer."""
