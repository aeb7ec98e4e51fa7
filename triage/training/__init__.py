"""Makes the models that triage ships: reads triage/corpus, writes triage/model. Needs numpy and fastText; the running
service imports nothing from here. Read text.py for the text score, languages.py for the language."""
