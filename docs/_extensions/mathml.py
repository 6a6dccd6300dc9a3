"""Render equations as MathML, which browsers show without JavaScript and without a network."""

from docutils.nodes import SkipNode
from latex2mathml.converter import convert


def visit_inline(writer, node):
    writer.body.append(convert(node.astext()))
    raise SkipNode


def visit_block(writer, node):
    writer.body.append(f'<div class="equation" tabindex="0">{convert(node.astext(), display="block")}</div>')
    raise SkipNode


def setup(app):
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
