"""Views beside the results of a search: pictures of their pages, the preview, and what is done with chosen ones."""
