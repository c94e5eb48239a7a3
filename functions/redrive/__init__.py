"""Shows what is in the dead-letter queue and moves it back."""
