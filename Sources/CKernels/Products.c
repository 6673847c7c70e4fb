#include "CKernels.h"

#include <string.h>

// Products with weights that were put into panels once, as wide as a tile: from two rows on they come
// near what the processor can multiply, where a BLAS, which must put them into its own order at every
// call, takes hundreds of rows to come to 80 % of it (Tests/Benchmarks/README.md).

#pragma clang fp contract(fast)
#define UNROLL _Pragma("clang loop unroll(full)")

// Rows and depth of what is multiplied at a time: 128 x 768 floats are 400 kB, which, with two panels,
// stay in a second cache of half a megabyte or more.
#define BLOCK_ROWS 128
#define DEPTH 768

typedef float quad __attribute__((vector_size(16), aligned(4), may_alias));

#if defined(__x86_64__)
#define LANES 16
#define TILE_ROWS 14
#define WIDE_ROWS 7
#define TARGET __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")))
#define NAME(x) x##_512
#include "ProductVectors.h"
#undef LANES
#undef TILE_ROWS
#undef WIDE_ROWS
#undef TARGET
#undef NAME

#define LANES 8
#define TILE_ROWS 6
#define WIDE_ROWS 0
// Every processor with AVX2 widens half precision too.
#define TARGET __attribute__((target("avx2,fma,f16c")))
#define NAME(x) x##_256
#include "ProductVectors.h"
#undef LANES
#undef TILE_ROWS
#undef WIDE_ROWS
#undef TARGET
#undef NAME
#endif

#define LANES 4
#define TILE_ROWS 6
#define WIDE_ROWS 0
#define TARGET
#define NAME(x) x##_128
#include "ProductVectors.h"

void ck_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

size_t ck_lanes(void) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq"))
    return 16;
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return 8;
#endif
  return 4;
}

void ck_product(
    size_t lanes, ck_number number, float *out, size_t out_stride, const float *x, size_t x_stride,
    size_t rows, const void *panels, size_t panel_rows, size_t outputs, size_t inputs,
    const float *bias, int adding) {
  switch (lanes) {
#if defined(__x86_64__)
    case 16:
      packed_product_512(
          number, out, out_stride, x, x_stride, rows, panels, panel_rows, outputs, inputs, bias,
          adding);
      return;
    case 8:
      packed_product_256(
          number, out, out_stride, x, x_stride, rows, panels, panel_rows, outputs, inputs, bias,
          adding);
      return;
#endif
    default:
      packed_product_128(
          number, out, out_stride, x, x_stride, rows, panels, panel_rows, outputs, inputs, bias,
          adding);
  }
}

// Four rows of four become four columns.
static inline void transpose_quads(
    float *restrict to, size_t to_stride, const float *restrict from, size_t from_stride) {
  quad a = *(const quad *)from, b = *(const quad *)(from + from_stride);
  quad c = *(const quad *)(from + 2 * from_stride), d = *(const quad *)(from + 3 * from_stride);
  quad ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
  quad ef = __builtin_shufflevector(a, b, 2, 6, 3, 7), gh = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  *(quad *)to = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
  *(quad *)(to + to_stride) = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
  *(quad *)(to + 2 * to_stride) = __builtin_shufflevector(ef, gh, 0, 1, 4, 5);
  *(quad *)(to + 3 * to_stride) = __builtin_shufflevector(ef, gh, 2, 3, 6, 7);
}

// The columns of one panel are `count` of `width` outputs; the others are 0. Sixteen inputs at a time:
// each row's are one line of the cache, and what is written stays in the first cache.
static void pack_rows(
    float *restrict panel, size_t width, const float *restrict rows, size_t stride, size_t count,
    size_t inputs) {
  size_t quads = count / 4 * 4, depth = inputs / 4 * 4;
  for (size_t first = 0; first < depth; first += 16) {
    size_t end = first + 16 < depth ? first + 16 : depth;
    for (size_t j = 0; j < quads; j += 4)
      for (size_t k = first; k < end; k += 4)
        transpose_quads(panel + k * width + j, width, rows + j * stride + k, stride);
  }
  for (size_t k = depth; k < inputs; k++)
    for (size_t j = 0; j < quads; j++) panel[k * width + j] = rows[j * stride + k];
  for (size_t j = quads; j < width; j++)
    for (size_t k = 0; k < inputs; k++)
      panel[k * width + j] = j < count ? rows[j * stride + k] : 0;
}

static void pack_rows_16(
    uint16_t *restrict panel, size_t width, const uint16_t *restrict rows, size_t stride,
    size_t count, size_t inputs) {
  for (size_t first = 0; first < inputs; first += 32) {
    size_t end = first + 32 < inputs ? first + 32 : inputs;
    for (size_t j = 0; j < width; j++)
      for (size_t k = first; k < end; k++)
        panel[k * width + j] = j < count ? rows[j * stride + k] : 0;
  }
}

// Numbers of `size` bytes; those that fill up a panel are zeros, whatever their type.
static void pack_columns(
    char *restrict panel, size_t size, size_t width, const char *restrict columns, size_t stride,
    size_t count, size_t inputs) {
  for (size_t k = 0; k < inputs; k++) {
    char *row = panel + k * width * size;
    memcpy(row, columns + k * stride * size, count * size);
    memset(row + count * size, 0, (width - count) * size);
  }
}

void ck_pack(
    size_t lanes, ck_number number, void *panels, const void *weights, size_t stride,
    int by_output, size_t outputs, size_t inputs) {
  size_t width = 2 * lanes, size = number == ck_f32 ? 4 : 2;
  for (size_t j = 0; j < outputs; j += width) {
    size_t count = outputs - j < width ? outputs - j : width;
    char *panel = (char *)panels + j * inputs * size;
    const char *from = (const char *)weights + j * (by_output ? stride : 1) * size;
    if (!by_output) {
      pack_columns(panel, size, width, from, stride, count, inputs);
    } else if (number == ck_f32) {
      pack_rows((float *)panel, width, (const float *)from, stride, count, inputs);
    } else {
      pack_rows_16((uint16_t *)panel, width, (const uint16_t *)from, stride, count, inputs);
    }
  }
}
