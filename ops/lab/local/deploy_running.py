"""The app to a LocalStack that `lab up` did not start, such as the container of docker-compose.yml."""

from collections.abc import Mapping

from ops.lab.app.stacks import delete_broken
from ops.lab.app.target import Target
from ops.lab.local import deployment
from ops.lab.local.child_process import ChildProcesses
from ops.lab.local.directory import LabDirectory
from ops.lab.local.fingerprint import fingerprint
from ops.lab.progress import Steps
from ops.lab.repository import REPOSITORY


def deploy_to_running(
    directory: LabDirectory, target: Target, context: Mapping[str, str], steps: Steps
) -> None:
    """Synthesize, bootstrap and deploy what is missing there. Ends what it started when interrupted."""
    children = ChildProcesses(directory.cdk_log)
    assembly = directory.assembly
    try:
        with steps.step("Synthesize the app"):
            seal = fingerprint(REPOSITORY, context)
            deployment.synthesize(assembly, context, children.run, fingerprint=seal)
        with steps.step("Bootstrap CDK") as step:
            step.now("" if deployment.bootstrap(target, children.run) else "was done")
        with steps.step("Deploy the app") as step:
            delete_broken(target.cloudformation, target.env_name)
            deployment.deploy(assembly, target, children.run, on_progress=step.now)
            step.now(f"{len(target.stacks().statuses)} stacks")
    except BaseException:
        children.end_all()
        raise
