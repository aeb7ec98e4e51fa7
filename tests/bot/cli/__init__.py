"""Tests of the top floor; they mirror bot/."""
