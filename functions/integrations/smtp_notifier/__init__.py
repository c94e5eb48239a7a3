"""SMTP notifier: mails what the alarm topics say, through a central SMTP server. Knows its queue and that
server.
"""
