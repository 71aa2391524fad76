"""Renders training data with exact alpha: people, hard objects, clips and backgrounds. Needs the extra `render`.

Blender's Cycles is driven through its Python module `bpy`, which exists for one Python version only and wants an older
NumPy than the rest: so this package imports neither PyTorch nor anything of `ppid` but its errors and randomness-free
helpers, and runs in an environment of its own.
"""
