"""Report of an incident: the attendee's card as one page, which loads nothing."""
