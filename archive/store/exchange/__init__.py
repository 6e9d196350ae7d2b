"""Records of automatic import and of mail: watched files, mailboxes, messages sent."""
