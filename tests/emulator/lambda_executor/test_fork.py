"""The app's functions start as forks of the process that has the SDK imported, or each pays for it again."""

import subprocess
from pathlib import Path

from infra.constructs import code_asset
from ops.lab.repository import REPOSITORY

EMULATOR = REPOSITORY / "ops" / "emulator"
ENVIRONMENT = "lab_emulator.lambda_executor.runtime_environment"
LINK_SDK = f"import sys; from pathlib import Path; from {ENVIRONMENT} import link_runtime_packages; "
PRELOAD = "import sys; sys.path.insert(0, sys.argv[1]); import lab_launch, lab_preload; "


def test_nothing_in_the_code_asset_rules_out_a_fork(tmp_path: Path) -> None:
    code_asset.stage(tmp_path / "code")
    sdk = python(LINK_SDK + "print(link_runtime_packages(Path(sys.argv[1])))", str(tmp_path / "sdk"))
    child = str(EMULATOR / "lab_emulator" / "lambda_executor" / "child")
    look = "lab_launch.arrange_imports(sys.argv[2]); lab_preload.preload(); "
    answer = "print(sorted(lab_preload.shadowed(sys.argv[3], sys.argv[2])))"
    assert python(PRELOAD + look + answer, child, sdk, str(tmp_path / "code"), "-S") == "[]"


def python(code: str, *arguments: str) -> str:
    """What the code prints in the emulator's interpreter, with -S if that is the last argument."""
    options = ["-S"] if arguments[-1] == "-S" else []
    command = [str(EMULATOR / ".venv" / "bin" / "python"), *options, "-c", code, *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.strip()
