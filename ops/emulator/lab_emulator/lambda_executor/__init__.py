"""Run Lambda functions as local processes under AWS's own `awslambdaric`, without Docker.

One execution environment is an `executor.ProcessRuntimeExecutor`. It drives one `function_process`
at a time, which is a `runtime_api` server, an `output` pipe and a child of the `nursery`: the
single-threaded process (`child/lab_zygote.py`) that has imported the SDK once and forks from there.
"""
