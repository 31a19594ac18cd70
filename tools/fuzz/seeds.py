"""Small sound fixtures, cut from the committed ones: what damage starts from."""

import os

import h5py

# Rows with a sample or two each: both dtypes, Booleans, text, programs, a model with its trace.
CUTS = {
    "add": ("functional/add", ["0000", "0001"]),
    "slice": ("functional/slice", ["0000"]),
    "cross_entropy": ("loss/cross_entropy_loss", ["0000", "0001"]),
    "dropout": ("regularization/dropout", ["0000"]),
    "beam": ("decoding/beam_search", ["0000"]),
    "mlp": ("model/mlp", ["0000"]),
}


ID = "fuzz/00000"


def renamed(data, number):
    """A seed's bytes with an id of its own, as long as the other."""
    return data.replace(ID.encode(), f"fuzz/{number:05d}".encode())


def write(reference, directory):
    """Writes the seeds, and gives their paths."""
    paths = []
    for name, (row, samples) in CUTS.items():
        path = os.path.join(directory, f"{name}.h5")
        with h5py.File(os.path.join(reference, f"{row}.h5"), "r") as whole, h5py.File(path, "w") as cut:
            for attribute, value in whole.attrs.items():
                cut.attrs[attribute] = ID if attribute == "id" else value
            group = cut.create_group("samples")
            for sample in samples:
                whole.copy(f"samples/{sample}", group)
        paths.append(path)
    return paths
