// What the library asks of the machine: threads, cached memory, the instruction set.

import CKernels

/// Settings and facts of the running library. No result depends on them.
public enum Runtime {
  /// How many threads large operations share, the caller's included.
  ///
  /// It starts as the environment variable `PURUTORCH_NUM_THREADS`, or else as the number of cores. Values below 1
  /// count as 1.
  public static var threadCount: Int {
    get { Int(pt_num_threads()) }
    set { pt_set_num_threads(Int32(clamping: newValue)) }
  }

  /// The bytes that are kept for new tensors after others went.
  public static var cachedByteCount: Int { Int(pt_cached_bytes()) }

  /// Gives the memory that is kept for new tensors back to the system.
  public static func releaseCachedMemory() { pt_release_cache() }

  /// The instruction set that the kernels use: `baseline`, `v3` (AVX2) or `v4` (AVX-512).
  ///
  /// It is the best that the CPU has, unless the environment variable `PURUTORCH_CPU` asks for a lower one.
  public static var instructionSet: String { String(cString: pt_variant_name(pt_active_variant())) }

  /// The instruction sets that the CPU has kernels for, `baseline` first.
  public static var availableInstructionSets: [String] {
    (0...pt_best_variant().rawValue).map { String(cString: pt_variant_name(pt_variant(rawValue: $0))) }
  }

  /// What compiled the kernels.
  public static var compiler: String { String(cString: pt_compiler()) }
}
