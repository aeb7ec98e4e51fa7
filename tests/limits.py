"""Limits for tests of something else: a story of many people in a few seconds would be a flood, and is meant to be one
only in the tests of floods."""

from bot.settings import Limits

UNLIMITED = Limits(strangers_at_once=10**9, messages_at_once=10**9, pages_at_once=10**9)
