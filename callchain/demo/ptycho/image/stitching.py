"""One image of many reconstructed regions."""

import numpy as np


def stitch_objects(objects, centers):
    """Average overlapping objects at their places, to the nearest pixel.

    Args:
        objects: complex64 (groups, N, N, 1).
        centers: float32 (groups, 2): x and y of the upper left corner of each object, pixels.

    Returns:
        complex64 image that just holds all objects; zero where none lies.
    """
    side = objects.shape[1]
    corners = np.rint(centers - centers.min(axis=0)).astype(int)
    width, height = corners.max(axis=0) + side
    total = np.zeros((height, width), dtype=np.complex64)
    hits = np.zeros((height, width), dtype=np.float32)
    for (x, y), obj in zip(corners, objects[..., 0], strict=True):
        total[y : y + side, x : x + side] += obj
        hits[y : y + side, x : x + side] += 1.0
    return total / np.maximum(hits, 1.0)
