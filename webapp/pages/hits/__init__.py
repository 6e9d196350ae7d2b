"""What stands around the results of a search: small pictures, the preview, the bar of chosen ones, the years."""
