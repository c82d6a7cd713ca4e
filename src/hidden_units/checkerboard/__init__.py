"""The 3x3 checkerboard: a network designed by hand, the same one softened, and ones that learned it."""
