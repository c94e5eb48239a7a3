"""What fetches packages during the build of the image, run as the build runs it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ops.lab.repository import REPOSITORY

WITH_CA = REPOSITORY / "ops" / "emulator" / "image" / "with-ca.sh"
# As pip and npm end on a network whose proxy signs with a CA of its own.
_REFUSED = "import sys; print('CERTIFICATE_VERIFY_FAILED', file=sys.stderr); sys.exit(7)"


def _run(code: str, ca: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(WITH_CA), sys.executable, "-c", code],
        env=os.environ | {"CA_SECRET": str(ca)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_refused_certificate_names_what_to_set(tmp_path: Path) -> None:
    ended = _run(_REFUSED, tmp_path / "none")
    assert ended.returncode == 7
    assert ended.stderr.startswith("CERTIFICATE_VERIFY_FAILED\n")
    assert "LAB_CA_BUNDLE=/path/to/ca.pem docker compose build" in ended.stderr


def test_a_bundle_without_the_proxys_ca_is_told(tmp_path: Path) -> None:
    bundle = tmp_path / "ca.pem"
    bundle.write_text("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n" * 2)
    assert "LAB_CA_BUNDLE was given, with 2 certificates" in _run(_REFUSED, bundle).stderr


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "PIP_CERT", "NODE_EXTRA_CA_CERTS"])
def test_a_bundle_is_trusted_and_nothing_is_said(name: str, tmp_path: Path) -> None:
    bundle = tmp_path / "a b" / "ca.pem"
    bundle.parent.mkdir()
    bundle.write_text("-----BEGIN CERTIFICATE-----\n")
    ended = _run(f"import os; print(os.environ['{name}'])", bundle)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, f"{bundle}\n", "")
