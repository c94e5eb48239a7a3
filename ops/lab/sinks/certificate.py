"""The stand-ins' TLS: an authority made when they start, whose certificate the senders are told to trust."""

import ssl

import trustme

from ops.lab.sinks.loopback import HOST


class Authority:
    """A certificate authority of this run alone; its key never leaves the process."""

    def __init__(self) -> None:
        self._authority = trustme.CA()
        self.server_context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self._authority.issue_cert(HOST, "localhost").configure_cert(self.server_context)

    @property
    def certificate(self) -> str:
        """PEM: what a sender's `caCertificate` has to be."""
        return self._authority.cert_pem.bytes().decode()
