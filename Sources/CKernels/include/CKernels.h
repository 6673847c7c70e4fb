#pragma once
// Vector kernels whose inner loops Swift cannot yet compile well for the baseline x86-64 target:
// each is compiled twice, for AVX2 with FMA and for the baseline, and the loader picks one.
// Measured gains stand in Tests/Benchmarks/README.md. No allocation, no global state, no policy.
//
// Matrices are row-major; `stride` is the distance between rows in values.
#include <stddef.h>
#include <stdint.h>

/// x <- gelu(x + bias), gelu(x) = x/2 (1 + erf(x / sqrt 2)).
void ck_bias_gelu_erf(float *x, const float *bias, size_t rows, size_t columns);
/// x <- gelu(x + bias), gelu(x) = x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))).
void ck_bias_gelu_tanh(float *x, const float *bias, size_t rows, size_t columns);
/// x <- max(x + bias, 0).
void ck_bias_relu(float *x, const float *bias, size_t rows, size_t columns);
/// x <- x + bias, for a block of columns inside wider rows.
void ck_bias(float *x, const float *bias, size_t rows, size_t columns, size_t stride);

/// x <- LN(x) * scale + shift over each row.
void ck_layer_norm(
    float *x, const float *scale, const float *shift, float epsilon, size_t rows, size_t columns);
/// x <- LN(x + bias + residual) * scale + shift over each row.
void ck_residual_layer_norm(
    float *x, const float *bias, const float *residual, const float *scale, const float *shift,
    float epsilon, size_t rows, size_t columns);

/// Each row <- softmax(factor * row).
void ck_softmax(float *x, float factor, size_t rows, size_t columns, size_t stride);

/// sum[j] += x[i][j] and max[j] <- max(max[j], x[i][j]) over the rows.
void ck_pool(double *sum, float *max, const float *x, size_t rows, size_t columns);

/// out[i] <- the inner product of row i of x with v, summed in double precision.
void ck_products(double *out, const float *x, const double *v, size_t rows, size_t columns);
/// out[j] <- the sum over rows of v[i] x[i][j], summed in double precision.
void ck_weighted_sum(double *out, const float *x, const double *v, size_t rows, size_t columns);

/// out[i] <- value of the half-precision or bfloat16 number in[i].
void ck_widen_f16(float *out, const uint16_t *in, size_t count);
void ck_widen_bf16(float *out, const uint16_t *in, size_t count);
