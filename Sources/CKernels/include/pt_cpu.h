// Which instruction-set variant of the kernels runs; every variant computes the same bits.
#ifndef PT_CPU_H
#define PT_CPU_H

/// The instruction sets that a kernel is compiled for.
enum pt_variant {
  PT_VARIANT_BASELINE = 0,  ///< whatever the target guarantees: SSE2 on x86-64, NEON on arm64
  PT_VARIANT_V3 = 1,        ///< x86-64-v3: AVX2 and FMA
  PT_VARIANT_V4 = 2,        ///< x86-64-v4: AVX-512 F, BW, CD, DQ and VL
};

/// The variant in use: the best that the CPU runs, or the lower one that `PURUTORCH_CPU` asks for.
enum pt_variant pt_active_variant(void);

/// The best variant that the CPU runs.
enum pt_variant pt_best_variant(void);

/// What compiled the kernels.
const char *pt_compiler(void);

/// `"baseline"`, `"v3"` or `"v4"`.
const char *pt_variant_name(enum pt_variant variant);

#endif
