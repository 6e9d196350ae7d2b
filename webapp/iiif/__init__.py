"""IIIF: documents as stock viewers (Mirador, Universal Viewer, OpenSeadragon) open them.

Presentation 3 (:mod:`webapp.iiif.manifest`), Image 3 at level 1 (:mod:`webapp.iiif.images`), Content Search 1 and 2
(:mod:`webapp.iiif.search`). The specifications are at https://iiif.io/api/. Pages of flowing text have no image and are
not among the canvases.
"""
