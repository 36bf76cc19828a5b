"""Watches a mailbox for interview invitations and recruiters' replies. It never sends mail."""

__version__ = "0.1.0"
