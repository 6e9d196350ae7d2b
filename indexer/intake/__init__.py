"""How papers come in by themselves: from watched folders and from mailboxes."""
