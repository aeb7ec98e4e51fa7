"""Flows, texts and answers: pure, but for reading the shipped configuration once."""
