"""The pages by which something is proved: citations, masks, packets, chronologies."""
