"""App of the CDK: settings, constructs, stacks. Knows AWS, and the environment models of `functions`.

It never asks whether it is deployed to LocalStack.
"""

import os

# jsii greets each Node.js that has left its own support with a banner on stderr, at every synth. The lab is
# tested on Node 20. jsii reads the variable when aws_cdk is imported: a list of major versions.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")
