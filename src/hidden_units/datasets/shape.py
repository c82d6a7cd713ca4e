"""The shape of the images that every study here takes, and the classes that they may have."""

SIDE = 28
FEWEST_CLASSES, MOST_CLASSES = 2, 100
