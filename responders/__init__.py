"""Middle floor: who answers, cases, escalation, sealing, store and delivery. May import triage, never bot.
Read cases.py first, then dispatch.py."""
