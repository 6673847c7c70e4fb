// Matrix products for one width of vectors. Products.c includes this once a width, with
//   LANES      the floats of a vector,
//   TILE_ROWS  the most rows of a tile: TILE_ROWS x 2 sums and what multiplies them fill the registers,
//   WIDE_ROWS  the most rows of a tile twice as wide, or 0 for none,
//   TARGET     the attribute that lets a function use such vectors,
//   NAME(x)    x, marked with the width.

#define PANEL (2 * LANES)
#define INLINE static inline __attribute__((always_inline)) TARGET

typedef float NAME(lanes) __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef uint32_t NAME(words) __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef uint16_t NAME(halves) __attribute__((vector_size(2 * LANES), aligned(2), may_alias));

INLINE NAME(lanes) NAME(load)(const float *from) { return *(const NAME(lanes) *)from; }

INLINE void NAME(store)(float *to, NAME(lanes) x) { *(NAME(lanes) *)to = x; }

INLINE NAME(lanes) NAME(load_bf16)(const uint16_t *from) {
  NAME(words) bits = __builtin_convertvector(*(const NAME(halves) *)from, NAME(words)) << 16;
  return (NAME(lanes))bits;
}

#if defined(__x86_64__) && LANES == 4
// Multiplying by 2^112 moves the exponent from half to single precision, subnormals included; only
// infinities and NaN need theirs set by hand. The baseline has no instruction for it.
INLINE NAME(lanes) NAME(load_f16)(const uint16_t *from) {
  NAME(words) half = __builtin_convertvector(*(const NAME(halves) *)from, NAME(words));
  NAME(lanes) value = (NAME(lanes))((half & 0x7fff) << 13) * 0x1p112f;
  NAME(words) special = (NAME(words))((half & 0x7c00) == 0x7c00) & 0x7f800000;
  return (NAME(lanes))((NAME(words))value | special | (half & 0x8000) << 16);
}
#else
typedef _Float16 NAME(half_floats) __attribute__((vector_size(2 * LANES), aligned(2), may_alias));

INLINE NAME(lanes) NAME(load_f16)(const uint16_t *from) {
  return __builtin_convertvector(*(const NAME(half_floats) *)from, NAME(lanes));
}
#endif

#define WEIGHT float
#define WIDEN NAME(load)
#define TILE(x) NAME(x##_f32)
#include "ProductTiles.h"
#undef WEIGHT
#undef WIDEN
#undef TILE

// 16-bit weights are widened where they are multiplied: half the memory is read, the sums are the same.
#define WEIGHT uint16_t
#define WIDEN NAME(load_f16)
#define TILE(x) NAME(x##_f16)
#include "ProductTiles.h"
#undef WIDEN
#undef TILE

#define WIDEN NAME(load_bf16)
#define TILE(x) NAME(x##_bf16)
#include "ProductTiles.h"
#undef WEIGHT
#undef WIDEN
#undef TILE

static void NAME(packed_product)(
    ck_number number, float *out, size_t out_stride, const float *x, size_t x_stride, size_t rows,
    const void *panels, size_t panel_rows, size_t outputs, size_t inputs, const float *bias,
    int adding) {
#define PRODUCT(type)                                                                             \
  NAME(packed_product_##type)                                                                     \
  (out, out_stride, x, x_stride, rows, panels, panel_rows, outputs, inputs, bias, adding)
  switch (number) {
    case ck_f32: PRODUCT(f32); break;
    case ck_f16: PRODUCT(f16); break;
    case ck_bf16: PRODUCT(bf16); break;
  }
#undef PRODUCT
}

#undef PANEL
#undef INLINE
