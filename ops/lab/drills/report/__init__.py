"""The report of a drill: one page that needs no network."""
