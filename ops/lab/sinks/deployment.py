"""Deployment against the sinks: the settings of the context and the secrets that let the app send to them."""

import json
from typing import TYPE_CHECKING

from ops.lab.sinks.access import HOST, INDEX, RECIPIENT, SENDER, Access

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

SMTP_SECRET = "ingestion-lab/sink/smtp"
SPLUNK_SECRET = "ingestion-lab/sink/splunk"
DYNATRACE_SECRET = "ingestion-lab/sink/dynatrace"


def context(access: Access) -> dict[str, str]:
    """The settings that let the app send everything to the sinks."""
    return {
        "smtpHost": HOST,
        "smtpPort": str(access.ports.smtp),
        "smtpSecurity": access.smtp_security,
        "smtpFrom": SENDER,
        "smtpTo": RECIPIENT,
        "smtpSecretName": SMTP_SECRET,
        "splunkHecUrl": access.hec_url,
        "splunkSecretName": SPLUNK_SECRET,
        "splunkIndex": INDEX,
        "dynatraceUrl": access.dynatrace_url,
        "dynatraceSecretName": DYNATRACE_SECRET,
    }


def put_secrets(secretsmanager: "SecretsManagerClient", access: Access) -> list[str]:
    """Create the secrets, or give those that are there the credentials of this run; return their names."""
    documents = _documents(access)
    for name, document in documents.items():
        text = json.dumps(document)
        try:
            secretsmanager.create_secret(Name=name, SecretString=text)
        except secretsmanager.exceptions.ResourceExistsException:
            secretsmanager.put_secret_value(SecretId=name, SecretString=text)
    return list(documents)


def _documents(access: Access) -> dict[str, dict[str, str]]:
    given, authority = access.credentials, {"caCertificate": access.ca_certificate}
    return {
        SMTP_SECRET: {"username": given.smtp_username, "password": given.smtp_password, **authority},
        SPLUNK_SECRET: {"token": given.hec_token, **authority},
        DYNATRACE_SECRET: {"token": given.dynatrace_token, **authority},
    }
