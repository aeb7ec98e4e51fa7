"""Top floor: channels, conversations, assembly, command line. May import responders and triage.
Read engine.py first, then app.py."""
