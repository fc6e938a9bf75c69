"""What is done with a bench beside its runs: look at every part of it, prove that off works, acknowledge a trip."""
