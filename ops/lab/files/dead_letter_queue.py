"""Reads the files' dead-letter queue through, a batch at a time."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ops.lab.app import queue_walk
from ops.lab.app.target import Target
from ops.lab.files.dead_letter import DeadLetter


@dataclass(frozen=True)
class DeadLetterQueue:
    """The queue at `url`. A look raises the receive counts of its messages, on which nothing depends here:
    this queue has no redrive policy of its own."""

    target: Target
    url: str

    @classmethod
    def of(cls, target: Target) -> "DeadLetterQueue":
        return cls(target, target.output("CsvDlqUrl"))

    def batches(self) -> Iterator[list[DeadLetter]]:
        """Every message that can be received now, each once. They stay in flight for some seconds, or until
        they are given back or deleted."""
        for messages in queue_walk.batches(self.target, self.url):
            yield [DeadLetter.of(message) for message in messages]

    def give_back(self, letters: Iterable[DeadLetter]) -> None:
        """Make messages that were received visible again."""
        queue_walk.give_back(self.target, self.url, (letter.receipt_handle for letter in letters))

    def look(self) -> list[DeadLetter]:
        """Every message; all of them stay."""
        letters = [letter for batch in self.batches() for letter in batch]
        self.give_back(letters)
        return letters

    def delete(self, matches: Callable[[DeadLetter], bool]) -> list[DeadLetter]:
        """Delete the messages that match, give the others back, and return what was deleted."""
        gone = queue_walk.delete_matching(
            self.target, self.url, lambda message: matches(DeadLetter.of(message))
        )
        return [DeadLetter.of(message) for message in gone]
