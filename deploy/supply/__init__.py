"""The supply chain: what is shipped (`sbom.py`) and what is known against it (`audit.py`). Both read the lock files
with `locks.py`. Nothing of the service imports this; begin with docs/supply-chain.md."""
