"""The packages that AWS's Python runtime provides by itself, and no others.

The emulator's environment holds a hundred packages more. A function that could import those would
run here and fail on AWS, so function processes see a folder of links to these few instead.
"""

from importlib import metadata
from pathlib import Path

DISTRIBUTIONS = (
    "awslambdaric",
    "simplejson",
    "snapshot-restore-py",
    "boto3",
    "botocore",
    "s3transfer",
    "jmespath",
    "python-dateutil",
    "six",
    "urllib3",
)


def link_into(folder: Path) -> Path:
    """Fill `folder` with one link for each top-level name of DISTRIBUTIONS, and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in DISTRIBUTIONS:
        distribution = metadata.distribution(name)
        for top_level in sorted({file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}):
            link = folder / top_level
            if not link.is_symlink():
                link.symlink_to(Path(str(distribution.locate_file(top_level))).resolve())
    return folder
