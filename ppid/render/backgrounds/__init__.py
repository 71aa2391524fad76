"""Pictures without a subject, a module for each kind: what a matting network must learn to leave out.

`rooms` are rendered, `procedural` is drawn; `panoramas` and `photographs` are cut from files.
"""

KINDS = ("rooms", "procedural", "panoramas", "photographs")
