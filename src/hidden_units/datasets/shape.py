"""The shape of the images that every study here takes: so many classes, so many pixels along a side."""

CLASS_COUNT = 10
SIDE = 28
