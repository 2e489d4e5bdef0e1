"""Accounts, sign-in, sessions, tokens and what each account may do."""
