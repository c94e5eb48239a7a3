"""The stand-ins by the names that the command and its reports give them."""

from enum import StrEnum


class SinkName(StrEnum):
    SMTP = "smtp"
    HEC = "hec"
    DYNATRACE = "dynatrace"
