"""Step Functions, quick enough for an Express workflow of some steps to end within two seconds.

LocalStack parses, makes clients and waits for its log again and again, ends a stopped execution late, and
names services and their errors otherwise than AWS. All operations are LocalStack's: `patches` puts what
stands here in the place of parts of theirs. It refuses nothing by itself.

    executions      how one begins, logs and ends
    task_services   what a task calls: names, errors, clients
"""
