"""E-mail: messages and mailboxes, and what Outlook makes of them."""
