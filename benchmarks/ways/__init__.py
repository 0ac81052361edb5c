"""Ways of making the same pages, and what measures them."""
