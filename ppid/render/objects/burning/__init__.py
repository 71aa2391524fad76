"""Flames, smoke and steam, and what gives them off."""
