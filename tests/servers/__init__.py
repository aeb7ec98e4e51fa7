"""Strict in-process servers that speak the platforms' own protocols over loopback; tests use no mocks.
Read bot_api.py first."""
