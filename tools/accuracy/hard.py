"""Published float64 inputs whose exact values lie hardest beside where float64 rounds the other way.

exp, log: V. Lefèvre and J.-M. Muller, Worst cases for correct rounding of the elementary functions in double
precision, 15th IEEE Symposium on Computer Arithmetic, 2001, and the longer tables that V. Lefèvre has published since,
which also have tanh. pow: the CORE-MATH project's list. `tools/tests/test_accuracy.py` measures that they are hard.
"""

CASES = {
    "exp": """
        -0x1.e8bdbfcd9144ep+3 -0x1.71e0b869b5e79p+2 -0x1.02393d5976769p+1 -0x1.2a9cad9998262p+0 -0x1.cc37ef7de7501p+0
        -0x1.22e24fa3d5cf9p-1 -0x1.dc2b5df1f7d3dp-1 -0x1.290ea09e36479p-3 -0x1.a2fefefd580dfp-13 -0x1.ed318efb627eap-27
        -0x1.4bd46601ae1efp-31 -0x1.1000000000242p-42 -0x1.8000000000012p-48 -0x1.0000000000001p-51
        0x1.fffffffffffffp-53 0x1.fffffffffffe0p-48 0x1.7ffe7ffee0024p-32 0x1.80017ffedffdcp-32 0x1.9e9cbbfd6080bp-31
        0x1.d7a7d893609e5p-26 0x1.ba07d73250de7p-14 0x1.d77fd13d27fffp-11 0x1.6a4d1af9cc989p-8 0x1.accfbe46b4ef0p-1
        0x1.aca7ae8da5a7bp+0 0x1.d6336a88077aap+0 0x1.42ee3c7dc4946p+1 0x1.76e7e5d7b6eacp+3 0x1.a8ead058bc6b8p+3
        0x1.1d5c2daebe367p+4 0x1.c44ce0d716a1ap+4 0x1.e07e71bfcf06fp+5 0x1.54cd1fea7663ap+7 0x1.d6479eba7c971p+8""",
    "log": """
        0x1.62a88613629b6p+678 0x1.c90810d354618p+245 0x1.8670de0b68cadp+656 0x1.91ec4412c344fp+86
        0x1.7b1d97c902985p+772 0x1.26e9c4d327960p-232 0x1.ac50b409c8aeep+8 0x1.fbe20477df4a7p+850 0x1.7a8f65ad009bdp+128
        0x1.9ea7540a3d1f9p+953 0x1.2b67eff65dce8p+709 0x1.27d6fe867d6f6p+435 0x1.ea71d85cee020p-509
        0x1.9a86785b5ef3ep+491 0x1.db9797d3d32e8p+415 0x1.dde0033000190p-699 0x1.479043b042942p-750
        0x1.dbec8cd1c1e8bp-543 0x1.8c0d4140c77b7p-295 0x1.b890ca8637ae2p+40 0x1.352a874aff884p+840
        0x1.f5da7fe652978p+597 0x1.a8c02e974c315p+25 0x1.509619bea7bdfp-408 0x1.0ccdc52c38712p+921
        0x1.685463d30fb69p+721 0x1.62e4dc3bbf53fp+136 0x1.2b4588abe650ap-403""",
    "tanh": """
        0x1.e000000000384p-21 0x1.e000000000e10p-20 0x1.e000000003840p-19 0x1.6800000005eecp-18 0x1.03289aa1045dbp+3
        0x1.5ad069d649057p-12 0x1.19b958329c119p-9 0x1.c142400d24a85p-15 0x1.ab5c10840becdp-16 0x1.5f999ff1e6d9bp-17
        0x1.e7b151e50ace8p-8 0x1.16a973d843b7bp-3 0x1.81c5052d64a7ep-22 0x1.d12ed0af1a27fp-27 0x1.250bfe1b082f5p-26
        0x1.c3e1f9778db14p-14 0x1.d37c75e733e5fp-13 0x1.880072ccb1051p-11 0x1.c8d1452eec914p-5 0x1.33dfeb0fa4bfep-1
        0x1.7137449123ef8p-25 0x1.048711422ed6ap-6 0x1.ef2723685a47dp+1 0x1.a703677d1f6f0p-10 0x1.30c7efbee12b1p-24
        0x1.cd4104178518dp-4 0x1.d88d7550b2826p-2 0x1.5319f57633346p+0""",
    "pow": """
        0x1.ffffffffffffcp-1,0x1.fffffffffffffp-2 0x1.ffffffffffffcp-1,-0x1.ffffffffffffdp-2
        0x1.ffffffffffffp-1,-0x1.ffffffffffff6p-3 0x1.ffffffffffff8p-1,-0x1.ffffffffffffbp-3""",
}


def cases(function):
    """The published inputs of a function: tuples of its operands."""
    return [tuple(map(float.fromhex, case.split(","))) for case in CASES.get(function, "").split()]
