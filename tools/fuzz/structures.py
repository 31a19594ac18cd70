"""Files that HDF5 takes for sound and that are hostile all the same, each made by a function of its own."""

import os

import h5py
import numpy as np

_TEXT = h5py.string_dtype()
_HUGE = (1 << 30, 1 << 30)


def _fixture(path, id):
    file = h5py.File(path, "w")
    attributes = {"format": "autograd-conformance", "format_version": np.int64(1), "id": id, "title": "Row"}
    for name, value in attributes.items():
        file.attrs[name] = value
    return file


def _sample(file, operation="add", arguments="{}", name="0000", dtype="float32", output=3.0):
    group = file.create_group(f"samples/{name}")
    group.attrs["operation"], group.attrs["arguments"], group.attrs["dtype"] = operation, arguments, dtype
    for operand, value in (("input", 1.0), ("other", 2.0)):
        _input(group, operand, np.array([value], np.float32))
    if output is not None:
        group["outputs/output"] = np.array([output], np.float32)
        group["truth/outputs/output"] = np.array([output], np.float64)
    return group


def _input(group, operand, value, **options):
    dataset = group.create_dataset(f"inputs/{operand}", data=value, **options)
    dataset.attrs["requires_grad"], dataset.attrs["role"] = np.int64(0), "input"
    return dataset


def _replaced(file, **options):
    """The sample with another dataset for its input."""
    group = _sample(file)
    del group["inputs/input"]
    dataset = group.create_dataset("inputs/input", **options)
    dataset.attrs["requires_grad"], dataset.attrs["role"] = np.int64(0), "input"


def huge_dimensions(file, canary):
    _replaced(file, shape=_HUGE, dtype="f4", chunks=(1024, 1024))


def huge_contiguous(file, canary):
    creation = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    creation.set_alloc_time(h5py.h5d.ALLOC_TIME_LATE)
    group = _sample(file)
    del group["inputs/input"]
    h5py.h5d.create(group["inputs"].id, b"input", h5py.h5t.IEEE_F32LE, h5py.h5s.create_simple(_HUGE), creation)
    group["inputs/input"].attrs["requires_grad"], group["inputs/input"].attrs["role"] = np.int64(0), "input"


def huge_chunk(file, canary):
    _replaced(file, shape=(1 << 28,), dtype="f8", chunks=(1 << 28,), fillvalue=1.0)


def deflate_bomb(file, canary):
    _replaced(file, data=np.zeros((1 << 24,), np.float32), chunks=(1 << 24,), compression="gzip")


def empty_product(file, canary):
    _replaced(file, shape=(1 << 62, 0), dtype="f4", chunks=(1024, 1), maxshape=(None, None))


def compound_elements(file, canary):
    _replaced(file, data=np.zeros(2, [("a", "f4"), ("b", "i8")]))


def half_elements(file, canary):
    _replaced(file, data=np.ones(1, np.float16))


def long_double_elements(file, canary):
    _replaced(file, data=np.ones(1, np.longdouble))


def big_endian_elements(file, canary):
    _replaced(file, data=np.ones(1, ">f4"))


def complex_elements(file, canary):
    _replaced(file, data=np.ones(1, np.complex64))


def opaque_elements(file, canary):
    _replaced(file, data=np.zeros(3, "V16"))


def reference_elements(file, canary):
    _replaced(file, data=np.array([file.ref], dtype=h5py.ref_dtype))


def ragged_elements(file, canary):
    _replaced(file, shape=(1,), dtype=h5py.vlen_dtype(np.float32))
    file["samples/0000/inputs/input"][0] = np.ones(3, np.float32)


def wide_integers(file, canary):
    _replaced(file, data=np.array([2**64 - 1], np.uint64))


def bad_booleans(file, canary):
    _replaced(file, data=np.array([2, 255], np.uint8))


def text_for_numbers(file, canary):
    _replaced(file, data=np.array(["1.0"], dtype=object), dtype=_TEXT)


def null_space(file, canary):
    _replaced(file, data=h5py.Empty("f4"))


def external_storage(file, canary):
    _replaced(file, shape=(16,), dtype="f4", external=[(canary, 0, h5py.h5f.UNLIMITED)])


def virtual_storage(file, canary):
    layout = h5py.VirtualLayout(shape=(4,), dtype="f4")
    layout[:] = h5py.VirtualSource(canary, "secret", shape=(4,))
    group = _sample(file)
    del group["inputs/input"]
    dataset = group["inputs"].create_virtual_dataset("input", layout)
    dataset.attrs["requires_grad"], dataset.attrs["role"] = np.int64(0), "input"


def external_link(file, canary):
    group = _sample(file)
    del group["inputs/input"]
    group["inputs/input"] = h5py.ExternalLink(canary, "/secret")


def external_samples(file, canary):
    file["samples"] = h5py.ExternalLink(canary, "/samples")


def soft_link_loop(file, canary):
    group = _sample(file)
    group["inputs/loop"] = h5py.SoftLink("/samples/0000/inputs/loop")


def soft_link(file, canary):
    group = _sample(file)
    group["inputs/third"] = h5py.SoftLink("/samples/0000/inputs/input")


def hard_link_loop(file, canary):
    group = _sample(file)
    group["inputs/again"] = group


def samples_inside_themselves(file, canary):
    _sample(file)
    file["samples/0001"] = file["samples"]


def one_sample_many_names(file, canary):
    group = _sample(file)
    for number in range(1, 2000):
        file[f"samples/{number:04d}"] = group


def deep_groups(file, canary):
    group = _sample(file)["inputs"]
    for _ in range(3000):
        group = group.create_group("g")


def many_samples(file, canary):
    for number in range(3000):
        file.create_group(f"samples/{number:04d}")


def many_operands(file, canary):
    group = _sample(file)
    for number in range(5000):
        _input(group, f"x{number}", np.float32(1))


def giant_attribute(file, canary):
    group = _sample(file)
    del group.attrs["arguments"]
    group.attrs["arguments"] = '{"dim": "' + "x" * (8 << 20) + '"}'


def array_attribute(file, canary):
    group = _sample(file)
    del group.attrs["operation"]
    group.attrs["operation"] = np.arange(1000)


def missing_attributes(file, canary):
    group = _sample(file)
    for name in ("dtype", "arguments"):
        del group.attrs[name]


def odd_names(file, canary):
    _sample(file, name="\x1b[2J\u202egnp.exe")
    _sample(file, name="..")


def zero_bytes_in_text(file, canary):
    group = _sample(file)
    del group.attrs["operation"]
    group.attrs.create("operation", np.bytes_(b"add\xff\xfe\x00x"))


def terminal_escapes(file, canary):
    file.attrs["title"] = "\x1b]0;owned\x07\x1b[31m\x9b31m\r\n\u0085| x |"
    _sample(file)


def deep_json(file, canary):
    _sample(file, arguments="[" * 60000 + "]" * 60000)


def deep_json_object(file, canary):
    _sample(file, arguments='{"dim":' * 20000 + "1" + "}" * 20000)


def wide_json(file, canary):
    _sample(file, "sum", '{"dim": [' + ",".join("0" for _ in range(20000)) + "]}")


def huge_numbers_in_json(file, canary):
    _sample(file, "sum", '{"dim": 1e400, "keepdim": 99999999999999999999999999}')


def repeated_members_in_json(file, canary):
    _sample(file, arguments="{" + ",".join('"a": 1' for _ in range(2000)) + "}")


def json_surrogates(file, canary):
    _sample(file, arguments='{"\\ud800": "\\udfff", "a\\u0000b": 1}')


def gigantic_results(file, canary):
    for number, (operation, arguments) in enumerate([
        ("upsample1d", '{"factor": 1099511627776}'), ("upsample2d", '{"factor": 3037000500}'),
        ("reshape", '{"shape": [4611686018427387904, 4, -1]}'), ("unsqueeze", '{"dim": 9223372036854775807}'),
        ("max_pool1d", '{"kernel_size": 4611686018427387904, "padding": 2305843009213693952}'),
        ("avg_pool2d", '{"kernel_size": [1, 1], "padding": [4000000000, 4000000000]}'),
        ("conv1d", '{"padding": 1000000000000}'), ("conv_transpose1d", '{"stride": 4611686018427387904}'),
        ("permute", '{"dims": [0, 0, 0, 0, 0, 0, 0, 0, 0]}'), ("model.mlp", '{"dims": [2000000000, 2000000000]}'),
        ("model.cnn", '{"in_width": -1, "conv_dims": [], "kernel_sizes": [], "strides": [], "linear_dim": 1, '
         '"activations": []}'),
        ("optim.sgd", '{"lr": -1}'), ("decode.beam", '{"symbols": [], "beam_width": 4611686018427387904}'),
        ("program", '{"steps": [' + ",".join(
            '{"operation": "add", "inputs": {"input": "%s", "other": "%s"}, "output": "v%d"}'
            % (("input", "input", 0) if i == 0 else (f"v{i - 1}", f"v{i - 1}", i)) for i in range(500)) + "]}"),
        ("program", '{"steps": [{"operation": "program", "inputs": {}, "arguments": {"steps": []}, "output": "x"}]}'),
    ]):
        group = _sample(file, operation, arguments, f"{number:04d}")
        if operation.startswith(("conv", "optim")):
            group.move("inputs/other", "inputs/weight" if operation.startswith("conv") else "inputs/grads/0/0")


def json_bomb(file, canary):
    _sample(file, "sum", '{"dim": [' + '{"a": 1},' * 700000 + "1]}")


def names_of_one_text(file, canary):
    group = _sample(file)
    for name in ("\u00e9", "e\u0301"):
        group[f"outputs/{name}"] = np.ones(1, np.float32)
        group[f"truth/outputs/{name}"] = np.ones(1)


def long_request(file, canary):
    for number in range(2500):
        group = file.create_group(f"samples/{'x' * 40}{number:04d}")
        for name, value in (("operation", "add"), ("arguments", "{}"), ("dtype", "float32"), ("raises", "Error")):
            group.attrs[name] = value


def contradictory_shapes(file, canary):
    group = _sample(file)
    del group["truth/outputs/output"]
    group["truth/outputs/output"] = np.zeros((2, 2))
    group["cotangents/output"] = np.ones(5, np.float32)
    group["gradients/input"] = np.ones((3, 3), np.float32)


def nothing_but_a_dataset(file, canary):
    file["samples"] = np.zeros(3)


def committed_type(file, canary):
    _sample(file)["inputs/type"] = np.dtype("f4")


def wrong_version(file, canary):
    file.attrs["format_version"] = np.int64(2**40)
    _sample(file)


def sound(file, canary):
    _sample(file)


CLASSES = [
    make for name, make in list(globals().items())
    if callable(make) and not name.startswith("_") and getattr(make, "__module__", "") == __name__
]


def write(make, path, canary, id="fuzz/row"):
    """Writes the file that `make` describes."""
    with _fixture(path, id) as file:
        make(file, canary)


def write_canary(path):
    """A file outside of every directory under test, whose content no report may show."""
    with h5py.File(path, "w") as file:
        file["secret"] = np.full(4, 1234567.0, np.float32)
        _sample(file, "canary")
        file["samples/0000"].attrs["secret"] = "CANARY"
    return os.path.abspath(path)
