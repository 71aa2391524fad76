"""Animals and things with fur or feathers, and how hair grows on them."""
