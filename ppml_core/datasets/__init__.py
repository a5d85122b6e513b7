"""Records and where they come from: catalogue, uploads, splits."""
