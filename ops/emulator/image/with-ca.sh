#!/bin/sh
# Run a command that fetches packages, and have it trust the CA bundle of the build secret `ca`, where the build
# was given one. Where it fails, say what its own words do not: how to give one.
ca=${CA_SECRET:-/run/secrets/ca}
if [ -s "$ca" ]; then
  export SSL_CERT_FILE="$ca" PIP_CERT="$ca" NODE_EXTRA_CA_CERTS="$ca"
fi
"$@" && exit
status=$?
if [ -s "$ca" ]; then
  given="LAB_CA_BUNDLE was given, with $(grep -c 'BEGIN CERTIFICATE' "$ca") certificates: the one that signs for the proxy must be among them."
else
  given="Name a PEM file that has the proxy's CA, for the build alone:
  LAB_CA_BUNDLE=/path/to/ca.pem docker compose build"
fi
cat >&2 <<EXPLANATION

This step fetches from a package registry. If a certificate was refused above (CERTIFICATE_VERIFY_FAILED,
UnknownIssuer, SELF_SIGNED_CERT_IN_CHAIN), a proxy of this network inspects TLS.
$given
See docs/docker.md, "Behind a proxy that inspects TLS".
EXPLANATION
exit "$status"
