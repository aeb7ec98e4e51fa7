"""The bench: ours beside aiogram and python-telegram-bot, in one run on one store, as one table (`make bench`).
Never collected by the tests and never asserts a time. Read `__main__.py` first, then `candidate.py`."""
