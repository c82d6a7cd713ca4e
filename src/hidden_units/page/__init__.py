"""What the browser computes with: packed weights, sample characters and the images of each confusion."""
