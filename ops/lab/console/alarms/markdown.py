"""Markdown as HTML for the console: a runbook's text, in which nothing runs and no link leads astray.

HTML in the text is text, but for the fold that runbooks have (`<details><summary>…</summary>`).
"""

from collections.abc import Callable, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

# What a link of the text becomes: an address, or None where the page has none for it.
Resolver = Callable[[str], str | None]
_FOLD_BEGINS, _FOLD_ENDS = ("<details><summary>", "</summary>"), "</details>"
_COMMANDS = ("bash", "sh")


def as_html(text: str, resolve: Resolver, *, deeper: int = 0, without_title: bool = True) -> Markup:
    """The text as HTML whose headings are `deeper` by so many levels, without its first one.

    A link that `resolve` knows no address for is shown with its path, as text.
    """
    parser = _parser()
    tokens = parser.parse(text)
    if without_title and tokens and tokens[0].type == "heading_open":
        tokens = tokens[3:]
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + deeper)}"
        elif token.type == "th_open":
            token.attrSet("scope", "col")
        elif token.children:
            token.children = _linked(token.children, resolve)
    # What markdown-it writes with `html` off is escaped (its documentation, "Security").
    return Markup(parser.renderer.render(tokens, parser.options, {}))  # nosec B704


def title_of(text: str) -> str:
    """The first heading; empty where there is none."""
    first = text.lstrip().partition("\n")[0]
    return first.removeprefix("# ").strip() if first.startswith("# ") else ""


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    parser.block.ruler.before("paragraph", "fold", _fold, {"alt": ["paragraph"]})
    for name, rule in {
        "fence": _code,
        "code_block": _code,
        "table_open": _table_open,
        "table_close": _table_close,
        "fold_open": _fold_open,
        "fold_close": _fold_close,
    }.items():
        parser.add_render_rule(name, rule)
    return parser


def _linked(tokens: Sequence[Token], resolve: Resolver) -> list[Token]:
    done: list[Token] = []
    path: str | None = None
    for token in tokens:
        if token.type == "link_open":
            path = str(token.attrGet("href") or "")
            address = resolve(path)
            if address is not None:
                path = None
                done.append(_link(token, address))
        elif token.type == "link_close" and path is not None:
            done += [_text(" ("), _inline_code(path), _text(")")]
            path = None
        else:
            done.append(token)
    return done


def _link(token: Token, address: str) -> Token:
    token.attrSet("href", address)
    if not address.startswith(("/", "#")):
        token.attrSet("rel", "noopener noreferrer")
        token.attrSet("target", "_blank")
    return token


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _inline_code(content: str) -> Token:
    return Token("code_inline", "code", 0, content=content)


def _fold(state: StateBlock, begin: int, end: int, silent: bool) -> bool:
    """Block rule: a line with the fold's beginning and its summary, up to the line with its end."""
    before, after = _FOLD_BEGINS
    line = _line(state, begin)
    if not (line.startswith(before) and line.endswith(after)):
        return False
    last = next((at for at in range(begin + 1, end) if _line(state, at) == _FOLD_ENDS), None)
    if last is None:
        return False
    if silent:
        return True
    opened = state.push("fold_open", "details", 1)
    opened.content = line.removeprefix(before).removesuffix(after)
    opened.map = [begin, last + 1]
    state.md.block.tokenize(state, begin + 1, last)
    state.push("fold_close", "details", -1)
    state.line = last + 1
    return True


def _line(state: StateBlock, at: int) -> str:
    return state.src[state.bMarks[at] + state.tShift[at] : state.eMarks[at]].rstrip()


def _fold_open(_: RendererHTML, tokens: Sequence[Token], at: int, *__: Any) -> str:
    return f"<details><summary>{escapeHtml(tokens[at].content)}</summary>\n"


def _fold_close(*_: Any) -> str:
    return "</details>\n"


def _code(_: RendererHTML, tokens: Sequence[Token], at: int, _o: OptionsDict, _e: EnvType) -> str:
    """Commands have a button that copies them; what they print has none."""
    is_command = tokens[at].info.strip().partition(" ")[0] in _COMMANDS
    button = '<button type="button" class="plain copy" data-copy>Copy</button>' if is_command else ""
    kind = "commands" if is_command else "output"
    return (
        f'<div class="code {kind}">{button}<pre><code>{escapeHtml(tokens[at].content)}</code></pre></div>\n'
    )


def _table_open(*_: Any) -> str:
    return '<div class="wide" tabindex="0" role="region" aria-label="Table"><table>\n'


def _table_close(*_: Any) -> str:
    return "</table></div>\n"
