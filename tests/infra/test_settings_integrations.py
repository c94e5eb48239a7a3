"""The settings of the integrations: all of one or none of it, and no token over an open wire."""

import re
from typing import Any

import pytest

from infra.settings import Settings
from infra.synth_errors import SettingsError

SMTP = {
    "smtpHost": "smtp.example.com",
    "smtpFrom": "lab@example.com",
    "smtpTo": "ops@example.com, dev@example.com",
    "smtpSecretName": "lab/smtp",
}
SPLUNK = {"splunkHecUrl": "https://hec.example.com:8088", "splunkSecretName": "lab/splunk"}
DYNATRACE = {"dynatraceUrl": "https://abc.live.dynatrace.com", "dynatraceSecretName": "lab/dynatrace"}


def test_nothing_is_integrated_unless_it_is_set() -> None:
    assert Settings.from_values({}).integrations == ()
    assert Settings.from_values(SMTP).integrations == ("smtp",)
    assert Settings.from_values(DYNATRACE | SPLUNK).integrations == ("splunk", "dynatrace")


def test_lab_gives_up_sooner_than_dev() -> None:
    lab, dev = Settings.from_values({"envName": "lab"}), Settings.from_values({})
    assert lab.integration_max_receive_count < dev.integration_max_receive_count
    assert lab.integration_retry_seconds < dev.integration_retry_seconds


@pytest.mark.parametrize("whole", [SMTP, SPLUNK, DYNATRACE])
def test_half_an_integration_names_what_is_missing(whole: dict[str, str]) -> None:
    for key in whole:
        with pytest.raises(SettingsError, match=rf"^{key} must be set as well, since \w+ is$"):
            Settings.from_values({name: value for name, value in whole.items() if name != key})


@pytest.mark.parametrize("key", ["smtpPort", "smtpSecurity", "splunkIndex", "dynatraceIntervalMinutes"])
def test_a_detail_of_an_integration_alone_is_half_of_it(key: str) -> None:
    value = {"smtpPort": 465, "smtpSecurity": "tls", "splunkIndex": "lab"}.get(key, 5)
    with pytest.raises(SettingsError, match=f"must be set as well, since {key} is"):
        Settings.from_values({key: value})


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (SMTP | {"smtpSecurity": "none"}, "smtpSecurity must be one of starttls, tls"),
        (SMTP | {"smtpPort": 0}, "smtpPort must be between 1 and 65535"),
        (SMTP | {"smtpHost": "smtp://example.com"}, "smtpHost must be a host name or an address"),
        (SMTP | {"smtpFrom": "a@example.com, b@example.com"}, "smtpFrom must be one e-mail address"),
        (SMTP | {"smtpFrom": "Lab <a@example.com>"}, "smtpFrom must be one e-mail address"),
        (SMTP | {"smtpFrom": "a@example.com\nBcc: b@example.com"}, "smtpFrom must be one e-mail address"),
        (SMTP | {"smtpTo": "a@example.com,"}, "smtpTo must be 1 to 100 e-mail addresses"),
        (SMTP | {"smtpTo": ",".join(["a@example.com"] * 101)}, "smtpTo must be 1 to 100"),
        (
            SMTP | {"smtpSecretName": "arn:aws:sm:x"},
            "smtpSecretName must be the name of a secret",
        ),
        (SPLUNK | {"splunkHecUrl": "http://hec.example.com"}, "splunkHecUrl must be an https URL"),
        (SPLUNK | {"splunkHecUrl": "http://localhost:8088"}, "splunkHecUrl must be an https URL"),
        (SPLUNK | {"splunkHecUrl": "https://user:pass@hec.example.com"}, "splunkHecUrl must be an https URL"),
        (SPLUNK | {"splunkHecUrl": "https://"}, "splunkHecUrl must be an https URL"),
        (SPLUNK | {"splunkIndex": "Main"}, "splunkIndex must be the name of an index"),
        (DYNATRACE | {"dynatraceUrl": "https://abc?api-token=x"}, "dynatraceUrl must be an https URL"),
        (DYNATRACE | {"dynatraceUrl": "ftp://127.0.0.1"}, "dynatraceUrl must be an https URL"),
        (DYNATRACE | {"dynatraceIntervalMinutes": 31}, "dynatraceIntervalMinutes must be between 1 and 30"),
        ({"integrationMaxReceiveCount": 0}, "integrationMaxReceiveCount must be between 1 and 1000"),
        ({"integrationRetrySeconds": 901}, "integrationRetrySeconds must be between 1 and 900"),
    ],
)
def test_a_wrong_setting_is_refused_in_one_line_that_names_it(values: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(words)):
        Settings.from_values(values)


@pytest.mark.parametrize(
    "values",
    [
        SMTP | {"smtpPort": "465", "smtpSecurity": "tls", "smtpHost": "127.0.0.1"},
        SPLUNK | {"splunkHecUrl": "http://127.0.0.1:8088/", "splunkIndex": "lab_1"},
        SPLUNK | {"splunkHecUrl": "http://[::1]:8088"},
        DYNATRACE | {"dynatraceUrl": "https://gate.example.com:9999/e/abc"},
    ],
)
def test_what_fits_together_is_accepted(values: dict[str, Any]) -> None:
    assert Settings.from_values(values).integrations
