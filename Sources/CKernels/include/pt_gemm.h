// Matrix products whose every element is one chain of fused multiply-adds.
#ifndef PT_GEMM_H
#define PT_GEMM_H

#include <stdbool.h>
#include <stdint.h>

/// C (m, n) = A (m, k) B (k, n), or C += A B if `accumulate`.
///
/// Arithmetic: c = fma(a[i][p], b[p][j], c) for p = 0, 1, ... k-1, starting from +0, or from C's value if
/// `accumulate`; so with k = 0 the result is zeros, or C as it was. The bits don't depend on the instruction
/// set, the number of threads, the strides or the other elements (a NaN's sign and payload excepted).
///
/// Strides are in elements and may be 0 or negative for A and B: a transposed operand is one with its strides
/// exchanged. The rows of C are contiguous; C overlaps neither A nor B.
void pt_gemm_f32(int64_t m, int64_t n, int64_t k, const float *a, int64_t a_row_stride,
                 int64_t a_column_stride, const float *b, int64_t b_row_stride, int64_t b_column_stride,
                 float *c, int64_t c_row_stride, bool accumulate);

/// `pt_gemm_f32` for double.
void pt_gemm_f64(int64_t m, int64_t n, int64_t k, const double *a, int64_t a_row_stride,
                 int64_t a_column_stride, const double *b, int64_t b_row_stride, int64_t b_column_stride,
                 double *c, int64_t c_row_stride, bool accumulate);

/// `batch` products, each as `pt_gemm_f32`; the batch strides are the distances in elements from one matrix
/// to the next, and those of A and B may be 0.
void pt_gemm_batched_f32(int64_t batch, int64_t m, int64_t n, int64_t k, const float *a,
                         int64_t a_batch_stride, int64_t a_row_stride, int64_t a_column_stride,
                         const float *b, int64_t b_batch_stride, int64_t b_row_stride,
                         int64_t b_column_stride, float *c, int64_t c_batch_stride, int64_t c_row_stride,
                         bool accumulate);

/// `pt_gemm_batched_f32` for double.
void pt_gemm_batched_f64(int64_t batch, int64_t m, int64_t n, int64_t k, const double *a,
                         int64_t a_batch_stride, int64_t a_row_stride, int64_t a_column_stride,
                         const double *b, int64_t b_batch_stride, int64_t b_row_stride,
                         int64_t b_column_stride, double *c, int64_t c_batch_stride, int64_t c_row_stride,
                         bool accumulate);

#endif
