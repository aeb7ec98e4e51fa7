"""Channels against strict servers: no mocks, no sleeping."""
