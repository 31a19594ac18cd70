# Writes foreign.h5 with h5py: types, layouts and links that our own writer does not make.
import pathlib

import h5py
import numpy

path = pathlib.Path(__file__).with_name("foreign.h5")
with h5py.File(path, "w") as file:
    types = file.create_group("types")
    for name in ["<f2", ">f4", ">f8", "<i2", ">i8", "|i1", "<u4"]:
        types[name.strip("<>|") + "-" + ("big" if name[0] == ">" else "little")] = numpy.array([0, 1, 100], name)
    short = h5py.h5t.IEEE_F32LE.copy()
    short.set_fields(15, 7, 8, 0, 7)
    short.set_size(2)
    bfloat16 = h5py.h5d.create(types.id, b"bfloat16", short, h5py.h5s.create_simple((3,)))
    bfloat16.write(h5py.h5s.ALL, h5py.h5s.ALL, numpy.array([0, 1, 2.5], "<f4"), h5py.h5t.IEEE_F32LE)
    types["bool"] = numpy.array([True, False, True])
    types["u8"] = numpy.array([1, 2**63], "<u8")
    types["complex"] = numpy.array([1 + 2j])
    types["null"] = h5py.Empty("f4")

    strings = file.create_group("strings")
    strings["variable"] = numpy.array(["", "a", "größe"], h5py.string_dtype("utf-8"))
    strings["null-padded"] = numpy.array([b"", b"a", b"abc"], "S3")
    strings["fixed-utf8"] = numpy.array(["größe".encode()], h5py.string_dtype("utf-8", 9))
    strings["not-utf8"] = numpy.array([b"\xff\xfe"], "S2")
    spaces = h5py.h5t.C_S1.copy()
    spaces.set_size(4)
    spaces.set_strpad(h5py.h5t.STR_SPACEPAD)
    space_padded = h5py.h5d.create(strings.id, b"space-padded", spaces, h5py.h5s.create_simple((2,)))
    space_padded.write(h5py.h5s.ALL, h5py.h5s.ALL, numpy.array([b"ab  ", b"    "], "S4"), spaces)

    layouts = file.create_group("layouts")
    matrix = numpy.arange(12, dtype="<f4").reshape(3, 4)
    layouts.create_dataset("chunked", data=matrix, chunks=(2, 3))
    layouts.create_dataset("compressed", data=matrix, chunks=(3, 4), compression="gzip", shuffle=True)
    layouts.create_dataset("unwritten", (2, 2), "<f4")
    layouts.create_dataset("huge", (1 << 40,), "<f4", chunks=(1024,))
    layouts.create_dataset("huge-contiguous", (1 << 40,), "<f4")
    layouts.create_dataset("huge-chunk", (4,), "<f4", chunks=(1 << 29,), maxshape=(None,))
    layouts.create_dataset("overflow", (1 << 62, 1 << 62), "<f4", chunks=(1, 1))
    layouts.create_dataset("external", (4,), "<f4", external=[("elsewhere.bin", 0, 16)])
    virtual = h5py.VirtualLayout((3, 4), "<f4")
    virtual[:] = h5py.VirtualSource(".", "layouts/chunked", (3, 4))
    layouts.create_virtual_dataset("virtual", virtual)

    links = file.create_group("links")
    links["hard"] = layouts["chunked"]
    links["soft"] = h5py.SoftLink("/layouts/chunked")
    links["dangling"] = h5py.SoftLink("/nothing")
    links["loop"] = h5py.SoftLink("/links/loop")
    links["external"] = h5py.ExternalLink("foreign.h5", "/layouts/chunked")
    links["type"] = numpy.dtype("<f4")
    circle = file.create_group("circle/inner")
    circle["outer"] = file["circle"]

    attributes = file.create_group("attributes").attrs
    attributes["text"] = "größe"
    attributes["fixed"] = numpy.bytes_("abc")
    attributes["int8"] = numpy.int8(-3)
    attributes["bool"] = numpy.bool_(True)
    attributes["float"] = 1.5
    attributes["array"] = numpy.arange(3)
    attributes["one"] = numpy.array([7])
