"""What kills, cuts, searches and breaks the service on purpose: `make test-chaos` (short), TOCSIN_CHAOS=long (all).
It needs Linux (/proc, parent-death signals). Read wire.py first, then house.py, story.py and the
tests; for the fault story lives.py, faults.py, ledger.py and reckoning.py."""
