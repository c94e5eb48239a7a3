"""Mails what the alarm topics say, through a central SMTP server."""
