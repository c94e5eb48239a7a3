"""What can keep a drill from being carried out."""

from ops.lab.errors import CommandError


class NotCarriedOut(CommandError):
    """The drill itself could not do what it declares, so it says nothing about the pipeline."""
