"""What the words of a report say, as one number: how likely somebody must act now. Part of the floor triage.
Read model.py first: it puts the parts together. Training and evaluation are train.py and evaluation.py."""
