"""Tests of the middle floor; read test_envelope.py with responders/envelope.py beside it."""
