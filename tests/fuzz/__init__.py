"""Every place where bytes from outside are read, fed with what no honest program sends. README.md has the table; read
targets.py first. Imports nothing of pytest or hypothesis but in test_*.py, for atheris runs without them."""
