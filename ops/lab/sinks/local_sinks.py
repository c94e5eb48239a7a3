"""All sinks of one run, with the certificate authority and the credentials that they share."""

import ssl
from contextlib import ExitStack

import trustme

from ops.lab.sinks.access import ALLOWED_INDEXES, HOST, Access, Credentials, Ports, SinkName
from ops.lab.sinks.dynatrace_endpoint import DynatraceEndpoint
from ops.lab.sinks.hec_endpoint import HecEndpoint
from ops.lab.sinks.http_sink import HttpSink
from ops.lab.sinks.smtp_sink import STARTTLS, SmtpSink

Sink = SmtpSink | HttpSink


class LocalSinks:
    """They listen within the context. Entering raises OSError where a port is taken."""

    def __init__(self, ports: Ports | None = None, smtp_security: str = STARTTLS) -> None:
        self._ports = ports or Ports()
        self._security = smtp_security
        self._open = ExitStack()
        self.sinks: dict[SinkName, Sink] = {}
        self.credentials = Credentials()
        self._authority = Authority()

    def __enter__(self) -> "LocalSinks":
        with ExitStack() as opened:
            for name in SinkName:
                self.sinks[name] = self._start(name)
                opened.callback(self.sinks[name].close)
            self._open = opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def access(self, control_port: int = 0) -> Access:
        """How to reach them; `control_port` is where they are told to fail."""
        ports = Ports(**{name.value: sink.port for name, sink in self.sinks.items()}, control=control_port)
        return Access(ports, self.credentials, self._authority.certificate, self._security)

    def _start(self, name: SinkName) -> Sink:
        tls, given = self._authority.server_context, self.credentials
        if name is SinkName.SMTP:
            return SmtpSink(given.smtp_username, given.smtp_password, self._ports.smtp, tls, self._security)
        if name is SinkName.HEC:
            return HttpSink(HecEndpoint(given.hec_token, ALLOWED_INDEXES), self._ports.hec, tls)
        return HttpSink(DynatraceEndpoint(given.dynatrace_token), self._ports.dynatrace, tls)


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
