"""Ground floor: the report and its assessment. Pure; imports nothing above it. Read assessment.py first."""
