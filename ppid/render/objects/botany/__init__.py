"""Plants, from leaves to bouquets."""
