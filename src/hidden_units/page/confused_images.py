"""The images in the cells of a confusion matrix, packed for a page."""

from __future__ import annotations

import base64
import io
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

COLUMNS = 20  # images in a row of the picture that holds them all
INKS = 16  # levels that four bits can tell apart


def surest_of_each_cell(
    labels: np.ndarray, log_probabilities: np.ndarray, right: int, most: int
) -> pd.DataFrame:
    """The mistaken images, and of each class the right ones of which a network was surest.

    Args:
        labels: (N,) targets.
        log_probabilities: (N, classes).
        right: right ones of a class at most.
        most: images of all cells; where there are more, each cell keeps the surest of its own, as many as the
            others, the right ones and the fullest cells first.

    Returns:
        Columns target, chosen, index (among the N), probability (of the class chosen); cell by cell in the
        order of targets, then classes chosen, in each the surest first.
    """
    chosen = log_probabilities.argmax(axis=1)
    table = pd.DataFrame(
        {
            "target": labels,
            "chosen": chosen,
            "index": np.arange(len(labels)),
            "probability": np.exp(log_probabilities.max(axis=1).astype(float)),
        }
    )
    surest = table.sort_values(
        ["target", "chosen", "probability"], ascending=[True, True, False], kind="stable", ignore_index=True
    )
    cells = surest.groupby(["target", "chosen"], sort=False)
    surest = surest.assign(
        wrong=surest["target"] != surest["chosen"],
        rank=cells.cumcount(),
        images=-cells["index"].transform("size"),
    )
    wanted = surest[surest["wrong"] | (surest["rank"] < right)]
    kept = wanted.sort_values(["rank", "wrong", "images"], kind="stable").head(most)
    return kept.sort_index()[[*table]].reset_index(drop=True)


def sprite(images: np.ndarray) -> bytes:
    """One PNG of many images, row by row: black ink of 16 levels on nothing, so that any paper shows through.

    Args:
        images: (N, height, width) uint8, 255 where there is most ink; `COLUMNS` of them are in a row, and the
            last row is filled up with empty ones.
    """
    count, height, width = images.shape
    rows = max(1, -(-count // COLUMNS))
    sheet = np.zeros((rows * COLUMNS, height, width), np.uint8)
    sheet[:count] = np.rint(images / (255 / (INKS - 1)))
    tiled = sheet.reshape(rows, COLUMNS, height, width).swapaxes(1, 2).reshape(rows * height, COLUMNS * width)
    picture = Image.frombytes("P", tiled.shape[::-1], tiled.tobytes())
    # Each level is black, and only its opacity differs.
    picture.putpalette(bytes(3 * INKS))
    opacities = bytes(255 * level // (INKS - 1) for level in range(INKS))
    content = io.BytesIO()
    picture.save(content, "PNG", bits=4, optimize=True, transparency=opacities)
    return content.getvalue()


def pack_confused_images(
    images: np.ndarray, labels: np.ndarray, log_probabilities: np.ndarray, right: int, most: int
) -> dict[str, Any]:
    """Examples of the cells, see `surest_of_each_cell`, as a page holds them.

    Args:
        images: (N, side, side) uint8, 255 where there is most ink.

    Returns:
        side and columns of the picture; examples, a list for each column of `surest_of_each_cell`, in the
        order of the picture; and sprite, the picture as a data URL.
    """
    table = surest_of_each_cell(labels, log_probabilities, right, most)
    picture = base64.b64encode(sprite(images[table["index"]])).decode("ascii")
    return {
        "side": images.shape[1],
        "columns": COLUMNS,
        "examples": table.round({"probability": 4}).to_dict("list"),
        "sprite": f"data:image/png;base64,{picture}",
    }
