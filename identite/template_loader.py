"""Templates are prepared once, when they are loaded: what is the same in every answer becomes plain text.

A page has some fifty tags whose output never changes while the process runs: texts in the one language of the site,
with the brand's names in them, addresses without arguments, icons, static files. Worked out again for every answer, and
with the search for parents and blocks, they cost more than the rest of the page. Nothing of a person is kept: a tag is
folded only when all of its arguments are literals.

Only the project's own templates are prepared; those of Django and of other packages are left as they are.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.template import Context, Node, Template
from django.template.base import FilterExpression, NodeList, TextNode, TokenType, Variable
from django.template.defaulttags import CommentNode, IfNode, LoadNode, URLNode
from django.template.engine import Engine
from django.template.library import SimpleNode
from django.template.loader_tags import BlockNode, ExtendsNode, IncludeNode
from django.template.loaders import cached
from django.templatetags.i18n import BlockTranslateNode, GetCurrentLanguageNode, TranslateNode
from django.templatetags.static import StaticNode
from django.utils.safestring import SafeString

from identite import brand


class Loader(cached.Loader):
    """Django's cached loader; what it keeps is prepared."""

    def get_template(self, template_name: str, skip: Any = None) -> Template:
        known = self.cache_key(template_name, skip) in self.get_template_cache
        template = super().get_template(template_name, skip)
        if not known and not skip and self._is_ours(template):
            if (whole := self._whole(template)) is not None:
                template.nodelist = whole
            prepare(template.nodelist, self.engine, autoescape=not template_name.endswith(".txt"))
        return template

    def _is_ours(self, template: Template) -> bool:
        return any(str(template.origin.name).startswith(f"{folder}/") for folder in self.engine.dirs)

    def _whole(self, template: Template) -> NodeList | None:
        """The page with its parents' blocks filled in; None where that has to wait for the answer."""
        blocks: dict[str, BlockNode] = {}
        chain = template
        while (extends := extends_of(chain)) is not None:
            parent = extends.parent_name
            if not isinstance(parent, FilterExpression) or not is_literal(parent) or "block.super" in chain.source:
                return None
            for name, block in extends.blocks.items():
                blocks.setdefault(name, block)
            # Read anew, not from the cache: its nodes become part of this page.
            chain = super(cached.Loader, self).get_template(parent.var)
            if not self._is_ours(chain):
                return None
        if chain is template:
            return None
        fill(chain.nodelist, blocks)
        return chain.nodelist


class Filled(Node):
    """A block whose content is known. What is assigned inside stays inside, as in a block."""

    def __init__(self, nodelist: NodeList) -> None:
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        with context.push():
            return self.nodelist.render(context)


class Assigned(Node):
    """A constant to which the page gives a name."""

    def __init__(self, name: str, value: Any) -> None:
        self.name = name
        self.value = value

    def render(self, context: Context) -> SafeString:
        context[self.name] = self.value
        return SafeString()


class Included:
    """The template of an `include`, looked up at its first use instead of at every one."""

    def __init__(self, engine: Engine, name: str) -> None:
        self.engine = engine
        self.name = name
        self.template: Template | None = None

    def resolve(self, context: Context) -> Template:
        if self.template is None:
            self.template = self.engine.get_template(self.name)
        return self.template


def extends_of(template: Template) -> ExtendsNode | None:
    return next((node for node in template.nodelist if isinstance(node, ExtendsNode)), None)


def lists_of(node: Node) -> Iterator[NodeList]:
    """The node lists inside a node, themselves and not copies."""
    if isinstance(node, IfNode):
        yield from (nodelist for _condition, nodelist in node.conditions_nodelists)
        return
    for name in node.child_nodelists:
        nodelist = getattr(node, name, None)
        if isinstance(nodelist, NodeList):
            yield nodelist


def fill(nodelist: NodeList, blocks: dict[str, BlockNode]) -> None:
    """Put in the place of each block what the page that is shown says there."""
    for place, node in enumerate(nodelist):
        if isinstance(node, BlockNode):
            content = blocks.get(node.name, node).nodelist
            nodelist[place] = Filled(content)
            fill(content, blocks)
        else:
            for inner in lists_of(node):
                fill(inner, blocks)


def prepare(nodelist: NodeList, engine: Engine, *, autoescape: bool) -> None:
    """Fold what is constant, in place, and join texts that stand side by side. autoescape: not in a text, which is no HTML."""
    prepared: list[Node] = []
    for node in nodelist:
        for inner in lists_of(node):
            prepare(inner, engine, autoescape=autoescape)
        if isinstance(node, IncludeNode) and is_literal(node.template) and not str(node.template.var).startswith("."):
            node.template = Included(engine, node.template.var)  # type: ignore[assignment]  # resolves like one
        for part in simplified(node, engine, autoescape=autoescape):
            if isinstance(part, TextNode) and prepared and isinstance(prepared[-1], TextNode):
                prepared[-1] = TextNode(prepared[-1].s + part.s)
            else:
                prepared.append(part)
    nodelist[:] = prepared


def simplified(node: Node, engine: Engine, *, autoescape: bool) -> list[Node]:
    """What stands for the node afterwards."""
    if isinstance(node, CommentNode | LoadNode):
        return []
    if isinstance(node, Filled) and all(isinstance(child, TextNode) for child in node.nodelist):
        return list(node.nodelist)
    if is_constant(node):
        context = Context(brand.words(), autoescape=autoescape)
        with context.bind_template(engine.from_string("")):
            text = node.render(context)
        name = node.variable if isinstance(node, GetCurrentLanguageNode) else getattr(node, "asvar", None)
        return [Assigned(name, context[name])] if name else [TextNode(text)]
    return [node]


def is_literal(expression: FilterExpression) -> bool:
    """A text or a number that stands in the template, unfiltered."""
    if expression.filters:
        return False
    return not isinstance(expression.var, Variable) or expression.var.lookups is None


def is_constant(node: Node) -> bool:
    """Does the tag write or assign the same in every answer, whoever asks?"""
    if isinstance(node, TranslateNode | BlockTranslateNode | GetCurrentLanguageNode):
        return len(settings.LANGUAGES) == 1 and is_constant_text(node)
    if isinstance(node, URLNode):
        return not (node.args or node.kwargs) and is_literal(node.view_name)
    if isinstance(node, StaticNode):
        return node.varname is None and is_literal(node.path)
    if isinstance(node, SimpleNode):
        arguments = [*node.args, *node.kwargs.values()]
        folds = getattr(node.func, "same_for_everybody", False) and node.target_var is None
        return folds and all(is_literal(argument) for argument in arguments)
    return False


def is_constant_text(node: TranslateNode | BlockTranslateNode | GetCurrentLanguageNode) -> bool:
    """A text without values, but for the names of the brand."""
    if isinstance(node, TranslateNode):
        return not node.message_context and is_literal(node.filter_expression)
    if isinstance(node, BlockTranslateNode):
        values = {token.contents for token in node.singular if token.token_type == TokenType.VAR}
        return not (node.extra_context or node.plural or node.message_context) and values <= brand.words().keys()
    return True
