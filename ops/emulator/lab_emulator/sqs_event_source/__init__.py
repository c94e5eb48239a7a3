"""The SQS event source of Lambda, as AWS runs it: windows, concurrency, partial failures, throttling.

LocalStack's own poller invokes for one batch at a time and ignores the batching window and
`MaximumConcurrency`. Here one thread per mapping collects batches and one thread per batch in
flight delivers it:

    worker     the life of a mapping: enabled, updated, disabled, deleted
    collector  gathers a batch: BatchSize, batching window, 6 MB
    delivery   invokes, retries while throttled, deletes what was processed
    slots      how many batches may be in flight

`settings` reads the mapping, `validation` refuses what AWS refuses, `factory` puts it together.
FIFO queues keep LocalStack's poller: it works through one message group after another, which
is what holds their order.
"""
