"""Looking at the account: one look for all open pages, what it remembers, and answers that pages share."""
