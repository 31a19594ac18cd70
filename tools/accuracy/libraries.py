"""Compiles the kernels and the reference, and loads them: the kernels once for each instruction set."""

import ctypes
import os
import shutil
import subprocess

import numpy as np

# The order is that of the enumeration in reference.h.
CODES = {name: code for code, name in enumerate(["exp", "log", "sqrt", "sigmoid", "tanh", "pow", "weight"])}
VARIANTS = ("baseline", "v3", "v4")

_HERE = os.path.dirname(os.path.abspath(__file__))
_SOURCES = os.path.join(_HERE, "..", "..", "Sources", "CKernels")
_JUDGED = ("elementwise.c", "elementwise_walk.c", "cpu.c", "threads.c")
_WORD = {np.dtype(np.float32): ("f32", np.uint32), np.dtype(np.float64): ("f64", np.uint64)}


class Verdict(ctypes.Structure):
    """`struct verdict` of reference.h."""

    _fields_ = [("wrong", ctypes.c_int64), ("misplaced", ctypes.c_int64), ("worst", ctypes.c_double),
                ("where", ctypes.c_uint64 * 2), ("odd", ctypes.c_uint64 * 2)]

    def add(self, other):
        if other.misplaced and not self.misplaced:
            self.odd = other.odd
        if other.worst > self.worst:
            self.worst, self.where = other.worst, other.where
        self.wrong += other.wrong
        self.misplaced += other.misplaced


def compile_all(directory, sources=_SOURCES):
    """Makes the two libraries in `directory`: kernels.so, flags and all as the package has them, and reference.so."""
    os.makedirs(directory, exist_ok=True)
    # GCC fuses multiplications and additions unless it is told not to; the kernels' own pragma tells clang.
    compiler = [shutil.which("clang") or "cc", "-O2", "-std=gnu11", "-fPIC", "-shared"]
    kernels = [*compiler, "-ffp-contract=off", "-w", "-I", os.path.join(sources, "include"), "-I", sources, "-I", _HERE,
               *(os.path.join(sources, name) for name in _JUDGED), os.path.join(_HERE, "kernels.c"), "-pthread", "-lm"]
    reference = [*compiler, "-march=native", "-fno-math-errno", "-Wall", "-Wextra", os.path.join(_HERE, "reference.c"),
                 os.path.join(_HERE, "exact.c"), "-lmpfr", "-lm"]
    for command, name in ((kernels, "kernels.so"), (reference, "reference.so")):
        subprocess.run([*command, "-o", os.path.join(directory, name)], check=True)


class Kernels:
    """The kernels of one instruction set: `kernels(function, a, b, out)`."""

    def __init__(self, directory, variant):
        # A library is loaded once, so each instruction set gets a copy, which reads the environment at its start.
        path = os.path.join(directory, f"kernels-{variant}.so")
        shutil.copyfile(os.path.join(directory, "kernels.so"), path)
        os.environ.update(PURUTORCH_CPU=variant, PURUTORCH_NUM_THREADS="1")
        self._library = ctypes.CDLL(path)
        del os.environ["PURUTORCH_CPU"], os.environ["PURUTORCH_NUM_THREADS"]
        self._library.variant.restype = self._library.compiler.restype = ctypes.c_char_p
        self.variant = self._library.variant().decode()
        self.compiler = self._library.compiler().decode()

    def __call__(self, function, a, b, out):
        kernel = getattr(self._library, f"kernel_{_WORD[a.dtype][0]}")
        kernel(CODES[function], ctypes.c_int64(a.size), _pointer(a), _pointer(b), _pointer(out))


class Reference:
    """The judge of reference.c."""

    def __init__(self, directory):
        self._library = ctypes.CDLL(os.path.join(directory, "reference.so"))
        for name in ("judge_f32", "judge_f64", "differing_f32", "differing_f64"):
            getattr(self._library, name).restype = ctypes.c_int64
        self._library.claimed_f32.restype = self._library.hardness_f64.restype = ctypes.c_double
        self._library.mpfr_get_version.restype = ctypes.c_char_p
        self.mpfr = self._library.mpfr_get_version().decode()

    def judge(self, function, a, b, results):
        """A verdict for each of `results`, and how many inputs MPFR decided."""
        verdicts = (Verdict * len(results))()
        pointers = (ctypes.c_void_p * len(results))(*(result.ctypes.data for result in results))
        judge = getattr(self._library, f"judge_{_WORD[a.dtype][0]}")
        decided = judge(CODES[function], ctypes.c_int64(a.size), _pointer(a), _pointer(b), len(results), pointers,
                        verdicts)
        return verdicts, decided

    def differing(self, x, y):
        """How many elements have other bits; NaN is NaN."""
        differing = getattr(self._library, f"differing_{_WORD[x.dtype][0]}")
        return differing(ctypes.c_int64(x.size), _pointer(x), _pointer(y))

    def claimed(self, function, a, b):
        """The error of the approximation that decides most of float32, divided by the bound that it claims."""
        return self._library.claimed_f32(CODES[function], ctypes.c_int64(a.size), _pointer(a), _pointer(b))

    def hardness(self, function, a, b=0.0):
        """How near the exact value is to where float64 rounds the other way, in units in the last place."""
        return self._library.hardness_f64(CODES[function], ctypes.c_double(a), ctypes.c_double(b))


def operand(bits, dtype):
    """The number of the given type with these bits."""
    return np.array([bits]).astype(_WORD[np.dtype(dtype)][1]).view(dtype)[0]


def _pointer(array):
    return ctypes.c_void_p(array.ctypes.data)
