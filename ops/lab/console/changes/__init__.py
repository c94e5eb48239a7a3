"""Changes by a person in the console: each carried out, journalled, and perhaps at work in the background."""
