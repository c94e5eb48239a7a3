"""Lambda functions as local processes under AWS's own `awslambdaric`, where LocalStack needs Docker.

Answers no operation: Invoke and its like are LocalStack's. It runs what they invoke, with AWS's timeouts,
memory limits, error types and START, END and REPORT lines.
Refuses container images, layers and every runtime but Python: the function's state is Failed, and says why.

One execution environment is an `executor.ProcessRuntimeExecutor` with a `sandbox`. That one drives one
`function_process` at a time, which is a `runtime_api` server, a pipe for `process_output` and a child of the
`nursery`: the single-threaded process (`child/lab_zygote.py`, asked by its `zygote_link`) that has imported
the SDK once and forks from there. What the process does is one of `process_events`; what the caller and the
log get for it is `invocation_result`. Code is unpacked and compiled once for each content (`unpacked_code`,
`compiled_code`). Which environment an invocation gets is `environment_assignment`, how long it waits for one
`environment_queue`.
"""
