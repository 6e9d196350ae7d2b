"""Who comes in, what they may do, and which archive they see. One place asks: :mod:`webapp.access.guard`."""
