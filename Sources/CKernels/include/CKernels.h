#pragma once
// Vector kernels whose inner loops Swift cannot yet compile well for the baseline x86-64 target:
// each is compiled for AVX-512, for AVX2 with FMA and for the baseline, and the loader picks one.
// Measured gains stand in Tests/Benchmarks/README.md. No allocation, no global state, no policy.
//
// Matrices are row-major; `stride` is the distance between rows in values.
#include <stddef.h>
#include <stdint.h>

/// x <- act(x), value by value:
/// gelu_erf: x/2 (1 + erf(x / sqrt 2)); gelu_tanh: x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)));
/// gelu_sigmoid: x / (1 + e^-1.702x); silu: x / (1 + e^-x); relu: max(x, 0); tanh.
void ck_gelu_erf(float *x, size_t count);
void ck_gelu_tanh(float *x, size_t count);
void ck_gelu_sigmoid(float *x, size_t count);
void ck_silu(float *x, size_t count);
void ck_relu(float *x, size_t count);
void ck_tanh(float *x, size_t count);
/// x[i] <- x[i] by[i].
void ck_scale(float *x, const float *by, size_t count);
/// x[i] <- x[i] + other[i].
void ck_add(float *x, const float *other, size_t count);

/// x <- LN(x) * scale + shift over each row.
void ck_layer_norm(
    float *x, const float *scale, const float *shift, float epsilon, size_t rows, size_t columns);
/// x <- LN(x + bias + residual) * scale + shift over each row.
void ck_residual_layer_norm(
    float *x, const float *bias, const float *residual, const float *scale, const float *shift,
    float epsilon, size_t rows, size_t columns);

/// out <- LN(x) * scale + shift over each row; out is not x.
void ck_layer_norm_into(
    float *out, const float *x, const float *scale, const float *shift, float epsilon, size_t rows,
    size_t columns);
/// out <- x / sqrt(mean(x^2) + epsilon) * scale over each row; out is not x.
void ck_rms_norm_into(
    float *out, const float *x, const float *scale, float epsilon, size_t rows, size_t columns);

/// Row i, the scores of query first + i, <- softmax(factor * row + bias[column - query]).
/// The factor is above 0. A bias of NULL is none; `causal` gives a query only the columns up to its
/// own, the others 0.
void ck_attention_softmax(
    float *x, size_t stride, float factor, const float *bias, int causal, size_t first,
    size_t rows, size_t columns);

/// Tells the processor that this thread waits for another without sleeping.
void ck_pause(void);

/// The floats of a vector that this processor multiplies fastest: 16, 8 or 4. What packs and what
/// multiplies must be told the same; the smaller ones work too.
size_t ck_lanes(void);
/// The type of the numbers of weights: 16-bit ones are widened, exactly, where they are multiplied.
typedef enum { ck_f32, ck_f16, ck_bf16 } ck_number;
/// Puts weights, (outputs, inputs) if `by_output` or else (inputs, outputs), into panels of
/// 2 lanes outputs, input after input, as the same numbers; the last is filled up with 0.
void ck_pack(
    size_t lanes, ck_number number, void *panels, const void *weights, size_t stride,
    int by_output, size_t outputs, size_t inputs);
/// out, (rows, outputs), <- x panels + bias, or that more; x is (rows, inputs), and the panels hold
/// `panel_rows` inputs, of which the first are used. A bias of NULL is none.
void ck_product(
    size_t lanes, ck_number number, float *out, size_t out_stride, const float *x, size_t x_stride,
    size_t rows, const void *panels, size_t panel_rows, size_t outputs, size_t inputs,
    const float *bias, int adding);

/// sum[j] += x[i][j] and max[j] <- max(max[j], x[i][j]) over the rows; `first` starts from 0 and -inf.
void ck_pool(
    double *sum, float *max, const float *x, size_t rows, size_t columns, int first);
/// out[j] <- sum[j] / count.
void ck_mean(float *out, const double *sum, double count, size_t columns);

/// out[i] <- the inner product of row i of x with v, summed in double precision.
void ck_products(double *out, const float *x, const double *v, size_t rows, size_t columns);
/// y <- y + factor x.
void ck_add_scaled(double *y, const float *x, double factor, size_t count);
/// out[j] <- the sum over i < count of v[i] x[rows[i]][j], summed in double precision.
void ck_weighted_sum(
    double *out, const float *x, const ptrdiff_t *rows, const double *v, size_t count,
    size_t columns);
/// out[i][j] <- (x[rows[i]][j] - m) roots[j], m the mean of the row under the weights d.
void ck_centred_rows(
    float *out, const float *x, const ptrdiff_t *rows, const double *d, const float *roots,
    size_t count, size_t columns);

/// out[i] <- value of the half-precision or bfloat16 number in[i].
void ck_widen_f16(float *out, const uint16_t *in, size_t count);
void ck_widen_bf16(float *out, const uint16_t *in, size_t count);

/// state[0..8] <- SHA-256's compression of it with each of some blocks of 64 bytes, in order.
void ck_sha256(uint32_t *state, const uint8_t *bytes, size_t blocks);
/// The same without the processor's own instructions for it.
void ck_sha256_portable(uint32_t *state, const uint8_t *bytes, size_t blocks);
