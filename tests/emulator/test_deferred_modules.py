"""Services whose modules are deferred: they work as ever, and those that name them do without."""

import subprocess

from ops.lab.local.emulator_process import EMULATOR_PYTHON
from tests.emulator.conftest import Emulator

# The order of `lab_emulator.__main__`; LocalStack writes below the folder of the state.
IMPORT = """
import sys
from lab_emulator import deferred_modules, environment, python_compat
environment.prepare()
python_compat.import_packages_api()
deferred_modules.defer_modules()
import localstack.services.cloudformation.v2.provider
import localstack.services.stepfunctions.provider
import moto.ssm.models
asked = {"moto.ec2.models", "moto.batch.models", "moto.ssm.models", "moto.batch.utils"}
print(sorted(asked & set(sys.modules)))
"""


def test_the_providers_of_an_app_import_neither_ec2_nor_batch() -> None:
    ran = subprocess.run([str(EMULATOR_PYTHON), "-c", IMPORT], capture_output=True, text=True)
    assert ran.stdout.strip() == "['moto.batch.utils', 'moto.ssm.models']", ran.stderr


def test_ec2_works_and_who_asks_for_its_backends_gets_them(emulator: Emulator) -> None:
    ssm, ec2 = emulator.client("ssm"), emulator.client("ec2")
    zones = ec2.describe_availability_zones()["AvailabilityZones"]
    assert {zone["RegionName"] for zone in zones} == {"us-east-1"}
    image = ec2.describe_images()["Images"][0]["ImageId"]
    instance = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, InstanceType="t3.micro")
    identifier = instance["Instances"][0]["InstanceId"]
    command = ssm.send_command(
        Targets=[{"Key": "instance-state-name", "Values": ["running"]}],
        DocumentName="AWS-RunShellScript",
        Parameters={"commands": ["true"]},
    )["Command"]
    assert command["InstanceIds"] == [identifier]
