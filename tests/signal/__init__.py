"""Signal on the real client against Signal's own mock server; `make test-signal`. Read conftest.py first."""
