"""Throwing damaged input at everything that reads what strangers send."""
