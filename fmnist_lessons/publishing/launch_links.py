"""Print mybinder.org launch links for the chapters, from the repository's own remote.

    python -m fmnist_lessons.publishing.launch_links [--ref REF] [--remote NAME] [--format FORMAT]

The links work once the branch or tag is pushed and the repository is public.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, urlsplit

BINDER = "https://mybinder.org/v2"
PROVIDERS = {"github.com": "gh", "gitlab.com": "gl"}
CHAPTERS = "[0-9][0-9]_*.ipynb"
SUPPORTED = (
    "https://github.com/OWNER/REPO, git@github.com:OWNER/REPO, ssh://git@github.com/OWNER/REPO, "
    "and the same on gitlab.com, where OWNER may have several parts; each may end in .git"
)


class LaunchLinkError(ValueError):
    """No launch link can be made; the message says why and how to mend it."""


def parse_remote(url):
    """Find out where on GitHub or GitLab a git remote is.

    Parameters
    ----------
    url : str
        A remote as git prints it, over https or ssh, with or without ``.git``.

    Returns
    -------
    provider : {"gh", "gl"}
        Binder's short name of the host.
    project : str
        ``OWNER/REPO``; on GitLab the owner may have several parts.

    Raises
    ------
    LaunchLinkError
        If the remote is on another host or has another form.

    Examples
    --------
    >>> parse_remote("git@github.com:ada/lessons.git")
    ('gh', 'ada/lessons')
    """
    # Git's short ssh form has a colon after the host, and no scheme.
    short = re.fullmatch(r"(?:[^@/:]+@)?([^@/:]+):(?!//)(.+)", url)
    if short:
        host, path = short.groups()
    else:
        split = urlsplit(url)
        host, path = split.hostname or "", split.path
        if split.scheme not in ("https", "http", "ssh", "git"):
            host = ""
    project = path.strip("/").removesuffix(".git")
    provider = PROVIDERS.get(host.lower())
    parts = project.split("/")
    if not provider or not all(parts) or len(parts) < 2 or (provider == "gh" and len(parts) > 2):
        # What stands before the @ may be a password.
        shown = re.sub(r"(?<=//)[^/]+@", "", url)
        raise LaunchLinkError(
            f"remote: got {shown!r}; supported are {SUPPORTED}. Choose another remote with "
            "--remote NAME, or push to one of these hosts."
        )
    return provider, project


def launch_link(provider, project, ref, notebook):
    """Return the link that opens one notebook on mybinder.org.

    Parameters
    ----------
    provider : {"gh", "gl"}
        Binder's short name of the host.
    project : str
        ``OWNER/REPO``.
    ref : str
        Branch, tag or commit. A tag or commit is built once; a branch again after every push.
    notebook : str
        Path of the notebook inside the repository, with forward slashes.

    Returns
    -------
    str

    Examples
    --------
    >>> launch_link("gh", "ada/lessons", "v1.0", "notebooks/01_look.ipynb")
    'https://mybinder.org/v2/gh/ada/lessons/v1.0?urlpath=lab/tree/notebooks/01_look.ipynb'
    """
    # Binder wants GitLab's whole OWNER/REPO as one part, and takes a ref with slashes as it is.
    project = quote(project, safe="/" if provider == "gh" else "")
    # Quoted twice: Binder takes off one layer and appends the rest to the server's address.
    path = quote(quote(f"lab/tree/{notebook}"))
    return f"{BINDER}/{provider}/{project}/{quote(ref)}?urlpath={path}"


def title_from_name(notebook):
    """Make a chapter's title of its file name.

    Parameters
    ----------
    notebook : str
        Path or name of the notebook.

    Returns
    -------
    str

    Examples
    --------
    >>> title_from_name("notebooks/01_look_at_the_data.ipynb")
    'Chapter 1: look at the data'
    """
    number, _, name = Path(notebook).stem.partition("_")
    return f"Chapter {int(number)}: {name.replace('_', ' ')}"


def format_links(links, style):
    """Write the links as a Markdown list or as plain lines.

    Parameters
    ----------
    links : list of tuple of (str, str)
        Title and link of each chapter.
    style : {"markdown", "text"}
        A Markdown list for a README, or title and link on a line, with a tab between them.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If `style` is neither of the two.
    """
    templates = {"markdown": "- [{}]({})", "text": "{}\t{}"}
    if style not in templates:
        raise ValueError(f"style: got {style!r}; allowed are 'markdown' and 'text'.")
    return "\n".join(templates[style].format(title, link) for title, link in links)


def run_git(folder, *arguments):
    """Return what a git command prints, or None if it fails.

    Parameters
    ----------
    folder : path-like
        Where to run it.
    *arguments : str
        The command, without ``git``.

    Returns
    -------
    str or None

    Raises
    ------
    LaunchLinkError
        If git is not installed.
    """
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=folder, capture_output=True, encoding="utf-8", check=False
        )
    except FileNotFoundError:
        raise LaunchLinkError("git: the command was not found. Install git.") from None
    return done.stdout.strip() if done.returncode == 0 else None


def current_ref(root):
    """Return the tag at HEAD, the highest if there are several, or else the current branch.

    Parameters
    ----------
    root : path-like
        A folder in the repository.

    Returns
    -------
    str

    Raises
    ------
    LaunchLinkError
        If a commit without a tag is checked out, on no branch.
    """
    tags = run_git(root, "tag", "--points-at", "HEAD", "--sort=-version:refname")
    ref = tags.splitlines()[0] if tags else run_git(root, "symbolic-ref", "--short", "HEAD")
    if not ref:
        raise LaunchLinkError(
            "ref: got none, and there is neither a tag nor a branch at HEAD. Say which branch, "
            "tag or commit the links should open: --ref REF."
        )
    return ref


def chapter_links(folder, ref=None, remote="origin"):
    """Return file name and launch link of every chapter of the repository around a folder.

    Parameters
    ----------
    folder : path-like
        Any folder in the repository.
    ref : str, optional
        Branch, tag or commit; by default the tag at HEAD, or else the current branch.
    remote : str, default "origin"
        Which of the repository's remotes the links lead to.

    Returns
    -------
    list of tuple of (str, str)

    Raises
    ------
    LaunchLinkError
        If the folder is in no repository, or that has no such remote or no chapters.
    """
    root = run_git(folder, "rev-parse", "--show-toplevel")
    if not root:
        raise LaunchLinkError(
            f"{folder}: not in a git repository. Run this inside a clone of the lessons."
        )
    notebooks = sorted(path.name for path in Path(root, "notebooks").glob(CHAPTERS))
    if not notebooks:
        raise LaunchLinkError(
            f"{Path(root, 'notebooks')}: got no file {CHAPTERS}. "
            "Run this inside a clone of the lessons."
        )
    url = run_git(root, "remote", "get-url", remote)
    if not url:
        names = ", ".join((run_git(root, "remote") or "none").split())
        raise LaunchLinkError(
            f"remote: got {remote!r}; this repository has: {names}. Choose one of them with "
            "--remote NAME, or add one: git remote add origin https://github.com/OWNER/REPO"
        )
    provider, project = parse_remote(url)
    ref = current_ref(root) if ref is None else ref
    return [(name, launch_link(provider, project, ref, f"notebooks/{name}")) for name in notebooks]


def main(arguments=None):
    """Run the command.

    Parameters
    ----------
    arguments : list of str, optional
        By default those of the command line.

    Returns
    -------
    int
        0, or 2 after an error, which is printed.
    """
    parser = argparse.ArgumentParser(
        prog="python -m fmnist_lessons.publishing.launch_links",
        description="Print mybinder.org launch links for the chapters.",
    )
    parser.add_argument(
        "--ref", help="branch, tag or commit; default: the tag at HEAD, else the current branch"
    )
    parser.add_argument("--remote", metavar="NAME", default="origin", help="default: origin")
    parser.add_argument(
        "--format", choices=("markdown", "text"), default="markdown", help="default: markdown"
    )
    options = parser.parse_args(arguments)
    if options.ref is not None and not options.ref.strip():
        parser.error(f"--ref: got {options.ref!r}; allowed is a branch, tag or commit")
    try:
        links = chapter_links(Path.cwd(), options.ref, options.remote)
    except LaunchLinkError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    titled = [(title_from_name(name), link) for name, link in links]
    print(format_links(titled, options.format))
    return 0


if __name__ == "__main__":
    sys.exit(main())
