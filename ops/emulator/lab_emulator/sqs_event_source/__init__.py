"""SQS event source of Lambda, as AWS runs it: windows, concurrency, partial failures, throttling.

LocalStack's own poller invokes for one batch at a time and ignores the batching window and
`MaximumConcurrency`. Here one thread per mapping collects batches and one thread per batch in
flight delivers it:

    mapping_worker           the life of a mapping: enabled, updated, disabled, deleted
    batching_window          gathers a batch: BatchSize, MaximumBatchingWindowInSeconds, 6 MB
    maximum_concurrency      how many batches may be in flight
    batch_delivery           invokes, retries while throttled, deletes what was processed
    partial_batch_response   which records the function gave back
    filter_criteria          which records the mapping wants
    mapping_settings         what the mapping asks for, and what AWS refuses in it

    polled_queue, record_batch, target_function    the queue, the batch and the function

Answers no operation: CreateEventSourceMapping and its like are LocalStack's.
Refuses in them what AWS refuses: MaximumConcurrency outside 2 to 1000, a window outside 0 to 300 s, a queue
whose visibility timeout is below the function's timeout.
FIFO queues keep LocalStack's poller: it works through one message group after another, which
is what holds their order.
"""
