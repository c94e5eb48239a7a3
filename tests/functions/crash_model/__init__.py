"""What is left of an event when a process dies at any of its AWS calls.

A scenario plays once without a crash, which numbers its calls. Then it plays again for each call and each
moment of a crash, until the retries have come to rest, and the ledger is read. The handlers are the real ones
and AWS is moto, with the time, the process and the wire in between under the model's control.
"""
