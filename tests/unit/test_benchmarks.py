"""What `make bench` counts and writes; it is not run here."""

import pandas as pd
import pytest

from benchmarks.run import END, PAGE, START, as_markdown, between_markers, operations


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        # No gradient of the images is needed: two products in the first layer, three in the others.
        ("netlin", 2 * 2 * 784 * 10),
        ("netfull-110", 2 * (2 * 784 * 110 + 3 * 110 * 10)),
        (
            "netconv",
            2 * (2 * 25 * 32 * 24**2 + 3 * 25 * 32 * 64 * 8**2 + 3 * (1024 * 128 + 128 * 10)),
        ),
    ],
)
def test_operations_of_an_image_are_those_counted_by_hand(model, expected):
    assert operations(model) == expected


def test_the_table_goes_between_the_markers_of_the_page_and_prose_stays():
    row = {"network": "netlin", "peer": "plain recipe", "their_seconds": 1e-4, "our_seconds": 5e-6}
    ratios = {"ratio": 20.0, "ratio_lowest": 19.0, "ratio_highest": 21.0, "required": None, "share": 0.123}
    table = as_markdown(pd.DataFrame([row | ratios]).astype({"required": float}), 1.5e11)
    assert table.endswith("| netlin | plain recipe | 100 | 5 | 20 (19 to 21) |  | 12% |")
    assert "150 GFLOP/s" in table
    page = PAGE.read_text("utf-8")
    changed = between_markers(page, table)
    assert table in changed
    assert changed.split(START)[0] == page.split(START)[0]
    assert changed.split(END)[1] == page.split(END)[1]
    with pytest.raises(SystemExit, match=r"found no .* put both lines back"):
        between_markers("no markers", table)
