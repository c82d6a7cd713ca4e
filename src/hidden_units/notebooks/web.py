"""An executed notebook as one HTML page that asks the network for nothing and runs no script."""

from __future__ import annotations

from pathlib import Path

import bleach
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from hidden_units.fonts import font_faces

# What `cells` makes: of anything else in a notebook, which may come from elsewhere, nothing is shown.
KINDS = {"text/plain", "text/markdown", "text/html", "image/svg+xml"}
TABLE = {"table", "thead", "tbody", "tr", "th", "td"}


def render_notebook(notebook: NotebookNode, title: str, templates: Path, style: str) -> str:
    """The page of a notebook, in the report's look.

    nbconvert's own pages load scripts for mathematics from elsewhere; this template has none. HTML in words,
    such as in the name of a class, is shown as text.

    Args:
        templates: the folder that holds `notebook/`, a template of nbconvert's.
        style: the style sheet, put inside the page with the glyphs that it uses.
    """
    exporter = HTMLExporter(template_name="notebook", extra_template_basedirs=[str(templates)])
    exporter.exclude_input_prompt = exporter.exclude_output_prompt = True
    exporter.register_filter("markdown2html", words_to_html)
    notebook = of_known_kinds(notebook)
    resources = {"title": title, "style": style, "fonts": ""}
    draft, _ = exporter.from_notebook_node(notebook, resources=dict(resources))
    page, _ = exporter.from_notebook_node(notebook, resources=resources | {"fonts": font_faces(draft)})
    return page


def words_to_html(source: str) -> str:
    """Markdown as HTML, with the HTML in it as text, and without links to scripts."""
    renderer = IPythonRenderer(escape=True, allow_harmful_protocols=False)
    return MarkdownWithMath(renderer=renderer).render(source)


def of_known_kinds(notebook: NotebookNode) -> NotebookNode:
    """The notebook with words, code, and outputs of the kinds that `cells` makes; HTML is tables alone."""
    kept = notebook.copy()
    kept.cells = [cell.copy() for cell in notebook.cells if cell.cell_type in ("markdown", "code")]
    for cell in kept.cells:
        if cell.cell_type == "code":
            cell.outputs = [with_known_data(output) for output in cell.outputs]
    return kept


def with_known_data(output: NotebookNode) -> NotebookNode:
    """An output without the data of other kinds."""
    if "data" not in output:
        return output
    data = {kind: content for kind, content in output.data.items() if kind in KINDS}
    if "text/html" in data:
        data["text/html"] = bleach.clean(data["text/html"], TABLE, {"*": ["class", "scope"]}, strip=True)
    return NotebookNode(output | {"data": NotebookNode(data)})
