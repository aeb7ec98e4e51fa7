"""Sentence embeddings, in a process of their own: no network, a memory limit, a time limit for every text.
Part of the floor triage. Read worker.py first, then engine.py (what runs in it) and client.py (who asks it)."""
