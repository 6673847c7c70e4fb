#include "CKernels.h"

#include <math.h>
#include <string.h>

// The loader chooses a version before the thread sanitizer is there, which the choice would call.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define ONE_VERSION
#endif
#endif

#if defined(__x86_64__) && !defined(ONE_VERSION)
#define MULTIVERSION __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MULTIVERSION
#endif

// A float sum may be reordered into vector lanes, and a * b + c may become one instruction.
#pragma clang fp contract(fast)
#pragma clang fp reassociate(on)

// e^x without a branch or a call, so that loops over it become vector code; relative error below
// 2e-7 on [-87, 88]. Source: Cephes expf (range reduction by ln 2, degree 5 polynomial).
static inline __attribute__((always_inline)) float exp_fast(float x) {
  x = x < -87.33f ? -87.33f : x;
  x = x > 88.37f ? 88.37f : x;
  // 1.5 * 2^23 rounds to an integer that stands in the low bits of the sum's mantissa. The
  // barrier keeps the compiler from cancelling the addition it is allowed to reorder.
  const float magic = 12582912.0f;
  float shifted, n;
  {
#pragma clang fp reassociate(off)
    shifted = x * 1.4426950409f + magic;
    n = shifted - magic;
  }
  float r = x - n * 0.693359375f;
  r = r + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  int32_t bits;
  memcpy(&bits, &shifted, 4);
  bits = (int32_t)((uint32_t)bits << 23) + (127 << 23);
  float power;
  memcpy(&power, &bits, 4);
  return p * power;
}

// erf(x), absolute error below 5e-7 in single precision.
// Source: Abramowitz & Stegun, Handbook of Mathematical Functions, 7.1.26.
static inline __attribute__((always_inline)) float erf_fast(float x) {
  float a = fabsf(x);
  float t = 1.0f / (1.0f + 0.3275911f * a);
  float p = 1.061405429f;
  p = p * t - 1.453152027f;
  p = p * t + 1.421413741f;
  p = p * t - 0.284496736f;
  p = p * t + 0.254829592f;
  float y = 1.0f - p * t * exp_fast(-a * a);
  return copysignf(y, x);
}

#define ACTIVATION(name, expression)                          \
  MULTIVERSION void ck_##name(float *restrict x, size_t count) { \
    for (size_t j = 0; j < count; j++) {                       \
      float v = x[j];                                          \
      x[j] = (expression);                                     \
    }                                                          \
  }

ACTIVATION(gelu_erf, 0.5f * v * (1.0f + erf_fast(v * 0.70710678f)))
ACTIVATION(gelu_tanh, v / (1.0f + exp_fast(-1.5957691216f * (v + 0.044715f * v * v * v))))
ACTIVATION(gelu_sigmoid, v / (1.0f + exp_fast(-1.702f * v)))
ACTIVATION(silu, v / (1.0f + exp_fast(-v)))
ACTIVATION(relu, v > 0 ? v : 0)
ACTIVATION(tanh, 2.0f / (1.0f + exp_fast(-2.0f * v)) - 1.0f)

MULTIVERSION void ck_scale(float *restrict x, const float *restrict by, size_t count) {
  for (size_t i = 0; i < count; i++) x[i] *= by[i];
}

MULTIVERSION void ck_add(float *restrict x, const float *restrict other, size_t count) {
  for (size_t j = 0; j < count; j++) x[j] += other[j];
}

// Two passes, mean first: E[x^2] - E[x]^2 loses all digits where the mean is large. Sums of squares
// are in double precision: an error of theirs moves all values of a row together, and the scores of
// an attention, which may be in the hundreds, with them.
static inline __attribute__((always_inline)) void normalize_row(
    float *restrict row, const float *scale, const float *shift, float epsilon, size_t columns) {
  double sum = 0;
  for (size_t j = 0; j < columns; j++) sum += row[j];
  float mean = (float)(sum / (double)columns);
  double squares = 0;
  for (size_t j = 0; j < columns; j++) {
    float d = row[j] - mean;
    squares += (double)d * d;
  }
  float factor = (float)(1 / sqrt(squares / (double)columns + epsilon));
  for (size_t j = 0; j < columns; j++) row[j] = (row[j] - mean) * factor * scale[j] + shift[j];
}

MULTIVERSION void ck_layer_norm(
    float *x, const float *scale, const float *shift, float epsilon, size_t rows, size_t columns) {
  for (size_t i = 0; i < rows; i++) normalize_row(x + i * columns, scale, shift, epsilon, columns);
}

MULTIVERSION void ck_residual_layer_norm(
    float *x, const float *bias, const float *residual, const float *scale, const float *shift,
    float epsilon, size_t rows, size_t columns) {
  for (size_t i = 0; i < rows; i++) {
    float *restrict row = x + i * columns;
    const float *restrict other = residual + i * columns;
    for (size_t j = 0; j < columns; j++) row[j] += bias[j] + other[j];
    normalize_row(row, scale, shift, epsilon, columns);
  }
}

MULTIVERSION void ck_layer_norm_into(
    float *restrict out, const float *restrict x, const float *scale, const float *shift,
    float epsilon, size_t rows, size_t columns) {
  for (size_t i = 0; i < rows; i++) {
    memcpy(out + i * columns, x + i * columns, columns * sizeof(float));
    normalize_row(out + i * columns, scale, shift, epsilon, columns);
  }
}

MULTIVERSION void ck_rms_norm_into(
    float *restrict out, const float *restrict x, const float *restrict scale, float epsilon,
    size_t rows, size_t columns) {
  for (size_t i = 0; i < rows; i++) {
    const float *restrict row = x + i * columns;
    float *restrict to = out + i * columns;
    double squares = 0;
    for (size_t j = 0; j < columns; j++) squares += (double)row[j] * row[j];
    float factor = (float)(1 / sqrt(squares / (double)columns + epsilon));
    for (size_t j = 0; j < columns; j++) to[j] = row[j] * factor * scale[j];
  }
}

// row <- softmax(factor * row) for a factor above 0.
static inline __attribute__((always_inline)) void softmax_row(
    float *restrict row, float factor, size_t columns) {
  float largest = -INFINITY;
  for (size_t j = 0; j < columns; j++) largest = row[j] > largest ? row[j] : largest;
  float sum = 0;
  for (size_t j = 0; j < columns; j++) {
    row[j] = exp_fast((row[j] - largest) * factor);
    sum += row[j];
  }
  float inverse = 1.0f / sum;
  for (size_t j = 0; j < columns; j++) row[j] *= inverse;
}

MULTIVERSION void ck_attention_softmax(
    float *x, size_t stride, float factor, const float *bias, int causal, size_t first,
    size_t rows, size_t columns) {
  for (size_t i = 0; i < rows; i++) {
    float *restrict row = x + i * stride;
    size_t before = first + i + 1;
    size_t seen = causal && before < columns ? before : columns;
    if (bias) {
      const float *restrict distances = bias - (first + i);
      for (size_t j = 0; j < seen; j++) row[j] = row[j] * factor + distances[j];
    }
    softmax_row(row, bias ? 1 : factor, seen);
    for (size_t j = seen; j < columns; j++) row[j] = 0;
  }
}

// Some columns at a time, so that their sums and maxima are registers while the rows go by.
#define POOLED 32
static inline __attribute__((always_inline)) void pool_columns(
    double *restrict sum, float *restrict max, const float *restrict x, size_t rows, size_t stride,
    size_t count, int first) {
  double sums[POOLED];
  float maxima[POOLED];
  for (size_t j = 0; j < count; j++) sums[j] = first ? 0 : sum[j];
  for (size_t j = 0; j < count; j++) maxima[j] = first ? -INFINITY : max[j];
  for (size_t i = 0; i < rows; i++) {
    const float *restrict row = x + i * stride;
    for (size_t j = 0; j < count; j++) {
      sums[j] += row[j];
      maxima[j] = row[j] > maxima[j] ? row[j] : maxima[j];
    }
  }
  for (size_t j = 0; j < count; j++) sum[j] = sums[j];
  for (size_t j = 0; j < count; j++) max[j] = maxima[j];
}

MULTIVERSION void ck_pool(
    double *restrict sum, float *restrict max, const float *restrict x, size_t rows,
    size_t columns, int first) {
  size_t j = 0;
  for (; j + POOLED <= columns; j += POOLED)
    pool_columns(sum + j, max + j, x + j, rows, columns, POOLED, first);
  pool_columns(sum + j, max + j, x + j, rows, columns, columns - j, first);
}

MULTIVERSION void ck_mean(
    float *restrict out, const double *restrict sum, double count, size_t columns) {
  for (size_t j = 0; j < columns; j++) out[j] = (float)(sum[j] / count);
}

// Four rows at a time, so that v, which is twice as long in bytes as a row, is read once for all.
MULTIVERSION void ck_products(
    double *restrict out, const float *restrict x, const double *restrict v, size_t rows,
    size_t columns) {
  size_t i = 0;
  for (; i + 4 <= rows; i += 4) {
    const float *restrict a = x + i * columns;
    const float *restrict b = a + columns;
    const float *restrict c = b + columns;
    const float *restrict d = c + columns;
    double sa = 0, sb = 0, sc = 0, sd = 0;
    for (size_t j = 0; j < columns; j++) {
      sa += a[j] * v[j];
      sb += b[j] * v[j];
      sc += c[j] * v[j];
      sd += d[j] * v[j];
    }
    out[i] = sa, out[i + 1] = sb, out[i + 2] = sc, out[i + 3] = sd;
  }
  for (; i < rows; i++) {
    const float *restrict row = x + i * columns;
    double sum = 0;
    for (size_t j = 0; j < columns; j++) sum += row[j] * v[j];
    out[i] = sum;
  }
}

MULTIVERSION void ck_add_scaled(
    double *restrict y, const float *restrict x, double factor, size_t count) {
  for (size_t j = 0; j < count; j++) y[j] += factor * x[j];
}

MULTIVERSION void ck_weighted_sum(
    double *restrict out, const float *restrict x, const ptrdiff_t *restrict rows,
    const double *restrict v, size_t count, size_t columns) {
  for (size_t j = 0; j < columns; j++) out[j] = 0;
  size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    const float *restrict a = x + rows[i] * (ptrdiff_t)columns;
    const float *restrict b = x + rows[i + 1] * (ptrdiff_t)columns;
    const float *restrict c = x + rows[i + 2] * (ptrdiff_t)columns;
    const float *restrict d = x + rows[i + 3] * (ptrdiff_t)columns;
    double va = v[i], vb = v[i + 1], vc = v[i + 2], vd = v[i + 3];
    for (size_t j = 0; j < columns; j++) out[j] += va * a[j] + vb * b[j] + vc * c[j] + vd * d[j];
  }
  for (; i < count; i++) {
    const float *restrict row = x + rows[i] * (ptrdiff_t)columns;
    for (size_t j = 0; j < columns; j++) out[j] += v[i] * row[j];
  }
}

MULTIVERSION void ck_centred_rows(
    float *restrict out, const float *restrict x, const ptrdiff_t *restrict rows,
    const double *restrict d, const float *restrict roots, size_t count, size_t columns) {
  double total = 0;
  for (size_t j = 0; j < columns; j++) total += d[j];
  for (size_t i = 0; i < count; i++) {
    const float *restrict row = x + rows[i] * (ptrdiff_t)columns;
    float *restrict to = out + i * columns;
    double sum = 0;
    for (size_t j = 0; j < columns; j++) sum += row[j] * d[j];
    float mean = (float)(sum / total);
    for (size_t j = 0; j < columns; j++) to[j] = (row[j] - mean) * roots[j];
  }
}

// Multiplying by 2^112 moves the exponent from half to single precision, subnormals included;
// only infinities and NaN need their exponent set by hand.
static inline __attribute__((always_inline)) float widen_half(uint16_t half) {
  uint32_t bits = (uint32_t)(half & 0x7fff) << 13;
  float value;
  memcpy(&value, &bits, 4);
  value *= 0x1p112f;
  memcpy(&bits, &value, 4);
  if ((half & 0x7c00) == 0x7c00) bits |= 0x7f800000;
  bits |= (uint32_t)(half & 0x8000) << 16;
  memcpy(&value, &bits, 4);
  return value;
}

MULTIVERSION void ck_widen_f16(float *out, const uint16_t *in, size_t count) {
  for (size_t i = 0; i < count; i++) out[i] = widen_half(in[i]);
}

MULTIVERSION void ck_widen_bf16(float *out, const uint16_t *in, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t bits = (uint32_t)in[i] << 16;
    memcpy(&out[i], &bits, 4);
  }
}
