"""What the CDK's command line runs: `python3 app.py` here, or `python infra/app.py` from anywhere."""

import sys
from pathlib import Path

if __name__ == "__main__":
    # Python put this folder first on the path, where `constructs` would be ours and not PyPI's.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from infra.pipeline import build, main, new_app

__all__ = ["build", "main", "new_app"]

if __name__ == "__main__":
    main()
