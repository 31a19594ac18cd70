"""Damage to the bytes of a file, drawn from a random generator."""

import struct

# What lengths, addresses and counts are overwritten with.
_NUMBERS = [0, 1, 0x7F, 0xFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, 1 << 40, (1 << 63) - 1, (1 << 64) - 1]


def flip(random, data):
    """A few bits anywhere."""
    data = bytearray(data)
    for _ in range(random.choice([1, 1, 2, 8, 64])):
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    return bytes(data)


def flip_metadata(random, data):
    """A few bits near the signatures of HDF5's own structures."""
    data = bytearray(data)
    places = [i for mark in (b"OHDR", b"OCHK", b"FRHP", b"BTHD", b"TREE", b"SNOD", b"HEAP", b"GCOL", b"\x89HDF")
              for i in _occurrences(data, mark)]
    for _ in range(random.choice([1, 2, 4])):
        place = (random.choice(places) if places else 0) + random.randrange(96)
        data[min(place, len(data) - 1)] ^= 1 << random.randrange(8)
    return bytes(data)


def truncate(random, data):
    """Only the beginning."""
    return data[: random.randrange(len(data))]


def overwrite_number(random, data):
    """Eight, four or two bytes that become a telling number."""
    size, code = random.choice([(8, "<Q"), (4, "<I"), (2, "<H")])
    place = random.randrange(max(1, len(data) - size))
    return data[:place] + struct.pack(code, random.choice(_NUMBERS) & (256**size - 1)) + data[place + size :]


def zero(random, data):
    """A run of zeros."""
    start = random.randrange(len(data))
    length = random.choice([1, 8, 64, 512, 4096])
    return data[:start] + bytes(min(length, len(data) - start)) + data[start + length :]


def splice(random, data):
    """A piece of the file at another place."""
    length = random.randrange(1, min(2048, len(data)))
    source, target = random.randrange(len(data) - length), random.randrange(len(data) - length)
    return data[:target] + data[source : source + length] + data[target + length :]


def cut_out(random, data):
    """A piece taken away, so that every address behind it is wrong."""
    start = random.randrange(len(data))
    return data[:start] + data[start + random.choice([1, 4, 100, 1000]) :]


def rename(random, data):
    """A name or attribute's text with other bytes: invalid UTF-8, zeros, control characters."""
    marks = [b"operation", b"arguments", b"dtype", b"inputs", b"outputs", b"gradients", b"cotangents", b"float32",
             b"float64", b"requires_grad", b"role", b"parameter", b"samples", b"format", b"title", b"truth"]
    places = [(i, len(mark)) for mark in marks for i in _occurrences(data, mark)]
    place, length = random.choice(places or [(0, 4)])
    patch = bytes(random.choice([0, 0x1B, 0x2E, 0x2F, 0x80, 0xC3, 0xFF, 0x41]) for _ in range(random.randint(1, length)))
    return data[:place] + patch + data[place + len(patch) :]


CLASSES = [flip, flip_metadata, truncate, overwrite_number, zero, splice, cut_out, rename]


def _occurrences(data, mark):
    place = data.find(mark)
    while place >= 0:
        yield place
        place = data.find(mark, place + 1)
