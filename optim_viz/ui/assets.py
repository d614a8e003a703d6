"""What the browser fetches beside the page itself: our scripts and styles.

Addresses carry a content hash, so that they are cached for good and an upgrade is never mixed with an old copy. The hash is
of the whole folder: modules import each other by plain relative paths.
"""

import hashlib
from pathlib import Path

from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

PREFIX = "/assets"
COMPONENTS = Path(__file__).parent / "components"
ROOT = Path(__file__).parents[2]
#: what the app is made of; kernels that are compiled lie beside it
KINDS = {".py", ".toml", ".md", ".po", ".json", ".js", ".css", ".wasm", ".svg"}


def _digest(folder: Path, pattern: str) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.glob(pattern)):
        if path.suffix in KINDS:
            digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def version() -> str:
    """Of all that our code and our texts are: what is made of these is the same while it is."""
    digest = hashlib.sha256()
    for folder, pattern in ((ROOT / "optim_viz", "**/*"), (ROOT / "surfaces", "*.py")):
        digest.update(_digest(folder, pattern).encode())
    return digest.hexdigest()[:12]


_components = f"{PREFIX}/{_digest(COMPONENTS, '**/*')}"

ROUTES = [Mount(_components, StaticFiles(directory=COMPONENTS))]


def url(path: str) -> str:
    """Where the browser finds this file of ``components/``, relative to the page (a proxy may add a prefix)."""
    return f"{_components}/{path}".removeprefix("/")


def files(folders: list[str], pattern: str) -> list[str]:
    """The addresses of all files of this kind in these folders of ``components/``."""
    return [
        url(p.relative_to(COMPONENTS).as_posix()) for folder in folders for p in sorted((COMPONENTS / folder).glob(pattern))
    ]


def module(path: str) -> str:
    """The inline script of a component: it loads the module at this path and passes every call on.

    Streamlit sends a component's script with every rerun and runs it as a blob, where addresses have no base; so it is kept
    to these lines, and the module itself is fetched once.
    """
    return f"""const loaded = import(new URL("{url(path)}", document.baseURI).href);
export default (component) => {{
  loaded.then((module) => module.default(component));
  return () => loaded.then((module) => module.unmount?.(component.parentElement));
}};
"""
