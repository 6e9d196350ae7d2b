"""Digital signatures: of PDF files, and files that are wrapped into one (CMS: p7m, p7s)."""
