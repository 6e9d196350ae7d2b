"""XML: any as names and values, electronic invoices (UBL) as a person reads them."""
