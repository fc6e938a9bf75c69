"""The operator's screen: a follower of run files that hands requests on."""
