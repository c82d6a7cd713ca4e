"""The shape of the images that every study here takes, and how many classes they may have."""

SIDE = 28
FEWEST_CLASSES, MOST_CLASSES = 2, 100
