"""Copy of a repository in small: sources as the watch of a lab meets them."""

import json
from pathlib import Path

HELLO = "functions/hello/handler.py"
HANDLER = "functions.hello.handler.handler"
FIRST = 'def handler(event, context):\n    return "first"\n'


def write_repository(folder: Path) -> Path:
    """One function, which infra does not import, and a module that it does."""
    for name, text in {
        "functions/__init__.py": "",
        "functions/hello/__init__.py": "",
        HELLO: FIRST,
        "functions/common/__init__.py": "",
        "functions/common/names.py": "QUEUE = 'queue'\n",
        "functions/README.md": "notes",
        "functions/requirements.in": "",
        "infra/app.py": "from functions.common.names import QUEUE\n",
        "ops/queries/slow.txt": "fields @message",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def write_assembly(folder: Path, repository: Path) -> Path:
    """What a synthesis of it leaves: one asset with the code and a distribution, and a stack's manifest."""
    asset = folder / "asset.1"
    for name in ("functions/__init__.py", "functions/hello/__init__.py", HELLO):
        path = asset / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((repository / name).read_text())
    (asset / "greeting.py").write_text('WORD = "hello"\n')
    manifest = {"files": {"1": {"source": {"path": "asset.1"}}, "t": {"source": {"path": "a.template.json"}}}}
    (folder / "stack.assets.json").write_text(json.dumps(manifest))
    return folder
