"""What each version left behind, and that this one goes on with it."""
