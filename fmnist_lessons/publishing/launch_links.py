"""Launch links for the chapters, made from the repository's own remote.

They work once the branch or tag is pushed and the repository is public; Colab's and Kaggle's, once
what `make colab` writes is pushed as a branch of its own.
"""

import re
import subprocess
from typing import NamedTuple
from urllib.parse import quote, urlencode

from .chapters import PublishingError, find_chapters

BINDER = "https://mybinder.org"
PROVIDERS = {"github.com": "gh", "gitlab.com": "gl"}  # Binder's short names
STYLES = ("markdown", "text")
COLAB_BRANCH = "colab"  # holds what `make colab` writes

# What may stand before the host, the host, and OWNER/REPO; git's short ssh form has a colon.
_REMOTE = re.compile(
    r"(?:(?:https?|ssh|git)://)?(?:[^/]*@)?(github\.com|gitlab\.com)(?::\d+)?[/:]"
    r"((?:[\w.-]+/)+(?!\.git/?$)[\w.-]+?)(?:\.git)?/?",
    re.IGNORECASE,
)


class Repository(NamedTuple):
    """Where Binder finds a folder: host, OWNER/REPO, branch or tag or commit, path in it."""

    host: str
    project: str
    ref: str
    path: str


def parse_remote(url):
    """Return host and project of a remote as git prints it: ``"github.com"``, ``"ada/lessons"``.

    On GitLab the owner may have several parts.
    """
    found = _REMOTE.fullmatch(url)
    host, project = found.groups() if found else ("", "")
    if not found or (host.lower() == "github.com" and project.count("/") > 1):
        # What stands before the @ may be a password.
        shown = re.sub(r"(?<=//)[^/]+@", "", url)
        raise PublishingError(
            f"remote: got {shown!r}; supported are https://github.com/OWNER/REPO, its ssh forms, "
            "and both on gitlab.com. Choose another with --remote NAME, or push to one of these."
        )
    return host.lower(), project


def find_repository(folder, ref=None, remote="origin"):
    """Return where Binder finds a folder of a clone, a `Repository`.

    `ref` is a branch, tag or commit; by default the highest tag at HEAD, or else the current
    branch. Without one, or without a remote on a known host, a PublishingError is raised.
    """
    path = _git(folder, "rev-parse", "--show-prefix").strip("/")
    url = _git(folder, "remote", "get-url", remote)
    if ref is None:
        tags = _git(folder, "tag", "--points-at", "HEAD", "--sort=-version:refname").splitlines()
        ref = tags[0] if tags else _git(folder, "symbolic-ref", "--short", "HEAD")
    if not ref.strip():
        raise PublishingError(f"ref: got {ref!r}; allowed is a branch, tag or commit: --ref REF.")
    return Repository(*parse_remote(url), ref, path)


def launch_link(repository, name):
    """Return the link that opens one notebook of a repository on Binder."""
    provider = PROVIDERS[repository.host]
    # Binder wants GitLab's whole OWNER/REPO as one part, and takes a ref with slashes as it is.
    project = quote(repository.project, safe="/" if provider == "gh" else "")
    # Quoted twice: Binder takes off one layer and appends the rest to the server's address.
    path = quote(quote("/".join(filter(None, ["lab/tree", repository.path, name]))))
    return f"{BINDER}/v2/{provider}/{project}/{quote(repository.ref)}?urlpath={path}"


def chapter_links(repository, name, hub=None):
    """Return the links that open one chapter, a file, by the place where they open it.

    Colab, Kaggle and Codespaces open repositories on GitHub alone; `hub` is the address of a
    JupyterHub that has nbgitpuller.
    """
    project, ref = quote(repository.project), quote(repository.ref)
    links = {"Binder": launch_link(repository, name)}
    if repository.host == "github.com":
        edition = f"{project}/blob/{COLAB_BRANCH}/{quote(name)}"
        kaggle = f"src=https://github.com/{edition}"
        links["Colab"] = f"https://colab.research.google.com/github/{edition}"
        links["Kaggle"] = f"https://www.kaggle.com/kernels/welcome?{kaggle}"
        links["Codespaces"] = f"https://codespaces.new/{project}/tree/{ref}?quickstart=1"
    if hub:
        folder = repository.project.rpartition("/")[2]  # where nbgitpuller clones to
        parts = {
            "repo": f"https://{repository.host}/{repository.project}",
            "branch": repository.ref,
            "urlpath": "/".join(filter(None, ["lab/tree", folder, repository.path, name])),
        }
        pull = urlencode(parts, quote_via=quote)
        links["JupyterHub"] = f"{hub.rstrip('/')}/hub/user-redirect/git-pull?{pull}"
    return links


def list_links(source, ref=None, remote="origin", style="markdown", hub=None):
    """Return the links of each chapter: a Markdown table, or lines of title, place and link."""
    if hub is not None and not re.match(r"https?://[^/\s]+", hub):
        raise PublishingError(
            f"hub: got {hub!r}; allowed is a JupyterHub's address: --hub https://hub.example.org"
        )
    chapters = find_chapters(source)
    repository = find_repository(source, ref, remote)
    lines = []
    for path in chapters:
        number, _, name = path.stem.replace("_", " ").partition(" ")
        title = f"Chapter {int(number)}: {name}"
        links = chapter_links(repository, path.name, hub)
        if style == "text":
            lines += [f"{title}\t{place}\t{link}" for place, link in links.items()]
            continue
        if not lines:
            lines = [f"| chapter | {' | '.join(links)} |", "|---" * (1 + len(links)) + "|"]
        opening = (f"[open]({link})" for link in links.values())
        lines.append(f"| {title} | {' | '.join(opening)} |")
    return "\n".join(lines)


def _git(folder, *arguments):
    """Return what a git command prints in a folder; if it fails, raise what it says."""
    command = ["git", "-C", str(folder), *arguments]
    text = {"encoding": "utf-8", "errors": "replace"}
    try:
        return subprocess.run(command, capture_output=True, check=True, **text).stdout.strip()
    except FileNotFoundError:
        raise PublishingError("git: the command was not found. Install git.") from None
    except ValueError as error:  # a null byte, or half a character
        raise PublishingError(f"git {arguments!r}: {error}. Choose another name.") from None
    except subprocess.CalledProcessError as error:
        raise PublishingError(
            f"git {' '.join(arguments)}: {error.stderr.strip()}. Run this in a clone that has a "
            "remote (git remote add origin https://github.com/OWNER/REPO), or say which folder, "
            "remote, and branch, tag or commit: --from FOLDER --remote NAME --ref REF."
        ) from None
