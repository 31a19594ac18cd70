"""Writes the corpus that the tests run: `python -m tools.fuzz.corpus DIRECTORY`; one file for each class of damage.

Files larger than 64 KiB stay out. What each comes out as stands in `statuses.json` beside them, which is kept by hand.
"""

import os
import random
import sys
import tempfile

from . import damage, seeds, structures

_LARGEST = 1 << 16


def main(directory, reference="reference"):
    os.makedirs(directory, exist_ok=True)
    canary = "../canary.h5"
    for make in structures.CLASSES:
        path = os.path.join(directory, f"{make.__name__}.h5")
        structures.write(make, path, canary, f"fuzz/{make.__name__}")
        if os.path.getsize(path) > _LARGEST:
            os.remove(path)
    with tempfile.TemporaryDirectory() as work:
        with open(min(seeds.write(reference, work), key=os.path.getsize), "rb") as file:
            seed = file.read()
    for number, make in enumerate(damage.CLASSES):
        with open(os.path.join(directory, f"damage-{make.__name__}.h5"), "wb") as file:
            file.write(make(random.Random(number), seeds.renamed(seed, number)))


if __name__ == "__main__":
    main(sys.argv[1])
