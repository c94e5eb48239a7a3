"""X-Ray: the daemon's UDP port, the traces that arrive there, Lambda's own segments, and the API that reads
them.

Answers PutTraceSegments, BatchGetTraces, GetTraceSummaries, GetServiceGraph, GetTraceGraph,
PutTelemetryRecords, GetSamplingRules and GetSamplingTargets; refuses the others by name: groups, rules of
one's own, insights, encryption, and Transaction Search.

An invocation costs the emulator two appends: what is `recorded` (a `lambda_segments.TracedInvocation`, a
`batch_receives.BatchReceives`, a datagram) is kept as it comes in the `trace_store`, and becomes documents
when traces are read. The `daemon` reads its port at most ten times a second, so that it does not wake up for
each datagram. `trace` makes a trace of its documents, as X-Ray compiles them; `trace_summary` and
`service_graph` read that.

AWS differs in this: X-Ray keeps traces for 30 days, by account and region; here the newest `trace_store.
MAX_DOCUMENTS` are kept, for all accounts and regions together. Lambda samples the first request of each
second and 5 % of the others; here all, unless `LAB_XRAY_SAMPLING` says otherwise (`sampling`). The trace of
a message's sender also shows each time that a function received it, which AWS shows only behind a link
(`batch_receives`).
"""
