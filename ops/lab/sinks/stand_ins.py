"""All the stand-ins of one run, with the authority and the credentials that they share."""

from contextlib import ExitStack

from ops.lab.sinks.access import ALLOWED_INDEXES, Access, Credentials, Ports
from ops.lab.sinks.certificate import Authority
from ops.lab.sinks.dynatrace.endpoint import DynatraceEndpoint
from ops.lab.sinks.hec.endpoint import HecEndpoint
from ops.lab.sinks.http.sink import HttpSink
from ops.lab.sinks.name import SinkName
from ops.lab.sinks.smtp.sink import STARTTLS, SmtpSink

Sink = SmtpSink | HttpSink


class StandIns:
    """They listen within the context. Entering raises OSError where a port is taken."""

    def __init__(self, ports: Ports | None = None, smtp_security: str = STARTTLS) -> None:
        self._ports = ports or Ports()
        self._security = smtp_security
        self._open = ExitStack()
        self.sinks: dict[SinkName, Sink] = {}
        self.credentials = Credentials()
        self._authority = Authority()

    def __enter__(self) -> "StandIns":
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
