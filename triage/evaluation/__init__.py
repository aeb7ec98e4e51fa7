"""Measures triage on labelled messages and says so in tables, JSON or a drawing. Part of the floor triage; the running
service imports nothing from here. Read measures.py first."""
