"""Who supplies: the parties of contracts, and whom decisions, replies and letters name."""
