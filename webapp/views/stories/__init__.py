"""The views of stories."""
