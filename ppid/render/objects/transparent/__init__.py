"""Glass and water, and the alpha of what lets light through."""
