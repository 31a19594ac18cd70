"""One module a family; each defines `ROWS`, in table order."""
