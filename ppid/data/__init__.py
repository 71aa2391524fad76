"""Training data: foregrounds with exact alpha, backgrounds, and their composition on tensors."""
