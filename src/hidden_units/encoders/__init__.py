"""Encoders: networks with two hidden units, whose whole inside can be drawn as dots and lines."""
