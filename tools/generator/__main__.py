"""The command: which rows, where to."""

import argparse
import sys

from .core import manifest


def main():
    parser = argparse.ArgumentParser(prog="python3 -m tools.generator", description="Writes the reference fixtures.")
    parser.add_argument("--output", default="reference", metavar="DIR", help="where the files go (default: reference)")
    parser.add_argument("--only", default="*", metavar="NAME", help="a family, a row's id, or a glob of ids")
    parser.add_argument("--force", action="store_true", help="overwrite also what the verdict doesn't allow")
    parser.add_argument("--needs", metavar="NAME", help="say whether rows need torch or numpy alone, and stop")
    options = parser.parse_args()
    name = options.only if options.needs is None else options.needs
    chosen = manifest.chosen(name)
    if not chosen:
        parser.error(f"no row is called {name}")
    if options.needs is not None:
        print("torch" if any(manifest.needs_torch(row_id) for row_id in chosen) else "numpy")
        return

    from .core.generate import generate
    from .core.sample import Refused

    try:
        generate(chosen, options.output, options.force)
    except Refused as refusal:
        sys.exit(f"refused: {refusal}")


main()
