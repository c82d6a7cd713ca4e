"""How images of any size and kind become what the networks see: 28 x 28 grey values, ink white on black.

An image is scaled until its longer side is 28 pixels, with antialiasing, and centred on its own paper, the
grey of its corners. If the corners are light in most training images, all images of the set are inverted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hidden_units.datasets.classes import first_of_each_class
from hidden_units.datasets.shape import SIDE

MOST_SHOWN = 8
ORIGINAL_PIXELS = 64  # along the longer side of an original, as the report shows it


@dataclass
class Making:
    """What was found in the source images, and what was done with them.

    Attributes:
        sizes: number of images by width and height.
        found: number of images by what they are, such as `colour` or `PNG`.
        originals: by place among the training images, (height, width, 3) uint8 of at most 64 pixels a side.
        notes: what else the report says, as JSON.
    """

    sizes: Counter[tuple[int, int]] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    originals: dict[int, np.ndarray] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For data/dataset.json: sizes as [width, height], ordered by their pixels."""
        (usual, images), *_ = self.sizes.most_common(1)
        by_pixels = sorted(self.sizes, key=lambda size: (size[0] * size[1], size))
        sizes = {
            "count": len(self.sizes),
            "smallest": list(by_pixels[0]),
            "largest": list(by_pixels[-1]),
            "usual": list(usual),
            "usual_images": images,
        }
        return {"sizes": sizes, "found": dict(sorted((+self.found).items())), **self.notes}


def corners(images: np.ndarray) -> np.ndarray:
    """The paper (N,) uint8 of images (N, height, width): the median of the four corners."""
    return np.rint(np.median(images[:, [0, 0, -1, -1], [0, -1, 0, -1]], axis=1)).astype(np.uint8)


def fit(images: np.ndarray) -> np.ndarray:
    """Images (N, height, width) uint8 as (N, 28, 28): the longer side scaled to 28, the rest paper."""
    sides = images.shape[1:]
    if sides == (SIDE, SIDE):
        return images
    # Here, because a Snakefile needs neither and they take seconds to load.
    import torch
    from torchvision.transforms.v2 import functional

    height, width = (max(1, round(SIDE * side / max(sides))) for side in sides)
    source = torch.from_numpy(np.require(images, requirements="CW"))[:, None]
    small = functional.resize(source, [height, width], antialias=True)[:, 0].numpy()
    made = np.empty((len(images), SIDE, SIDE), np.uint8)
    made[:] = corners(images)[:, None, None]
    top, left = (SIDE - height) // 2, (SIDE - width) // 2
    made[:, top : top + height, left : left + width] = small
    return made


def grey(images: np.ndarray) -> np.ndarray:
    """Grey values (N, height, width) uint8 of images whose last axis may hold colour, 8 or 16 bits deep.

    Colours are weighted as by ITU-R BT.601, which PIL uses too; alpha is left out.
    """
    images = eight_bits(images)
    if images.ndim == 3:
        return images
    if images.shape[-1] < 3:
        return images[..., 0]
    red, green, blue = (images[..., channel] * np.float32(1) for channel in range(3))
    return np.rint(0.299 * red + 0.587 * green + 0.114 * blue).astype(np.uint8)


def eight_bits(images: np.ndarray) -> np.ndarray:
    """Values of 16 bits, or true and false, as uint8."""
    if images.dtype == np.uint16:
        return np.rint(images / 257).astype(np.uint8)
    return images * np.uint8(255) if images.dtype == bool else images


def as_original(image: Any) -> np.ndarray:
    """A PIL image as the report shows it beside what was made of it: (height, width, 3) uint8, small."""
    image = image.convert("RGB")
    image.thumbnail((ORIGINAL_PIXELS, ORIGINAL_PIXELS))
    return np.asarray(image)


def originals_shown(labels: np.ndarray) -> np.ndarray:
    """Places of the training images whose originals are kept: the first of each class, at most MOST_SHOWN."""
    classes = int(labels.max()) + 1
    places = first_of_each_class(labels, max(1, MOST_SHOWN // classes)).ravel()
    return places[places >= 0][:MOST_SHOWN]


def invert_together(arrays: dict[str, np.ndarray], invert: bool | str, making: Making) -> None:
    """Invert all images, in place, if `invert` says so, or is `auto` and most training paper is light."""
    light = int(np.count_nonzero(corners(arrays["train_images"]) > 127))
    inverted = 2 * light > len(arrays["train_images"]) if invert == "auto" else bool(invert)
    if inverted:
        for part in ("train", "test"):
            images = arrays[f"{part}_images"]
            np.subtract(255, images, out=images)
    making.notes |= {"invert": invert, "inverted": inverted, "light": light}


def make_arrays(
    raw: Mapping[str, Iterable[np.ndarray]], counts: Mapping[str, int], labels: np.ndarray
) -> tuple[dict[str, np.ndarray], Making]:
    """Make images of arrays.

    Args:
        raw: for `train_images` and `test_images` batches (n, height, width) or (n, height, width, channels).
        counts: how many images `train` and `test` have.
        labels: of the training images, which decide whose originals are kept.
    """
    from PIL import Image

    making, made = Making(notes={"in_order": bool((np.diff(labels.astype(int)) >= 0).all())}), {}
    shown = originals_shown(labels)
    for part, batches in raw.items():
        start, images = 0, np.empty((counts[part.removesuffix("_images")], SIDE, SIDE), np.uint8)
        for batch in batches:
            is_colour = batch.ndim == 4 and batch.shape[-1] >= 3
            images[start : start + len(batch)] = fit(grey(batch))
            making.sizes[batch.shape[2], batch.shape[1]] += len(batch)
            making.found.update(
                {"colour": len(batch) * is_colour, "deep": len(batch) * (batch.dtype == np.uint16)}
            )
            for place in shown - start if part == "train_images" else ():
                if 0 <= place < len(batch):
                    one = (
                        eight_bits(batch[place, ..., :3]) if is_colour else grey(batch[place : place + 1])[0]
                    )
                    original = Image.fromarray(np.ascontiguousarray(one))
                    making.originals[int(start + place)] = as_original(original)
            start += len(batch)
        made[part] = images
    return made, making
