"""Tests mirror the code: tests/<floor>/test_<module>.py; tests/servers holds the strict protocol servers."""
