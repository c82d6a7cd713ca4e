"""The shape of the images that every study here takes, and how many classes they may have."""

SIDE = 28
FEWEST_CLASSES, MOST_CLASSES = 2, 100
# Tables and figures with a row a class have so many at most; the files next to them have all.
CLASSES_LISTED = 30
# Of so many at most a confusion matrix has numbers in its cells; of a larger one the worst part is enlarged.
CLASSES_NUMBERED = 15
