"""What the CDK's command line runs: `python3 app.py` here, or `python infra/app.py` from anywhere."""

import os
import sys
from pathlib import Path

# jsii greets each Node.js that has left its own support with a banner on stderr, at every synth. The lab is
# tested on Node 20. jsii reads the variable when aws_cdk is imported: a list of major versions.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")

if __name__ == "__main__":
    # Python put this folder first on the path, where `constructs` would be ours and not PyPI's.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from infra.pipeline import build, main, new_app

__all__ = ["build", "main", "new_app"]

if __name__ == "__main__":
    main()
