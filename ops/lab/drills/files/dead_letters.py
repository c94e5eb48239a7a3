"""Take the dead letters of a drill's files out of the DLQ."""

from collections.abc import Collection

from ops.lab.files.dead_letter_queue import FileDeadLetterQueue


def delete_dead_letters(dlq: FileDeadLetterQueue, files: Collection[str]) -> int:
    """Delete the messages of these files, given by identity, give the others back, return how many went."""
    letters = [letter for batch in dlq.batches() for letter in batch]
    doomed = [letter for letter in letters if letter.identity in set(files)]
    for letter in doomed:
        dlq.target.sqs.delete_message(QueueUrl=dlq.url, ReceiptHandle=letter.receipt_handle)
    dlq.give_back(letter for letter in letters if letter not in doomed)
    return len(doomed)
