"""Report of a drill: its journal as a page. Knows the journal, and the document that all reports share."""
