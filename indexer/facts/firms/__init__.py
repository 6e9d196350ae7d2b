"""Names of firms, as the rules for vendors and bidders meet them."""
