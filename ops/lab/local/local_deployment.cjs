// Loaded into the CDK CLI for deployments to LocalStack, never for those to AWS.
"use strict";

const fs = require("fs");
const path = require("path");

// The CLI asks CloudFormation for a stack's state every 5 s and has no option for that (`waitFor` in
// aws-cdk 2.1148.1). LocalStack is done with a stack in one or two: four stacks and the bootstrap
// would spend 20 s asleep. Only that one timer is shortened; should the CLI rename it, nothing is.
const CLI_POLL_MS = 5000;
const LOCAL_POLL_MS = 100;
const original = global.setTimeout;

global.setTimeout = Object.assign(function setTimeout(callback, delay, ...rest) {
  const polls = delay === CLI_POLL_MS && /\bat (async )?waitFor\b/.test(new Error().stack);
  return original(callback, polls ? LOCAL_POLL_MS : delay, ...rest);
}, original);

// Started while LocalStack still starts, the CLI loads its 16 MB now, and goes on when a line comes by a
// pipe (`ChildProcesses.start_ahead`). Any other standard input starts it at once.
if (fs.fstatSync(0).isFIFO()) {
  process.setSourceMapsEnabled(true); // as its own bin/cdk does, before it loads the rest
  require(path.join(path.dirname(fs.realpathSync(process.argv[1])), "..", "lib"));
  fs.readSync(0, Buffer.alloc(1));
}
