// The tiles of matrix products for one width of vectors and one type of weights. ProductVectors.h
// includes this once a type, with
//   WEIGHT       the type of the numbers in a panel,
//   WIDEN(from)  the LANES floats that stand there as such numbers,
//   TILE(x)      x, marked with the width and the type,
// and with what ProductVectors.h itself is given.

// out[rows, panels PANEL] <- start + x[rows, depth] panel[depth, panels PANEL], the start being what
// stands there, or the bias, or 0; panels are `apart` values apart. `rows` and `panels` are constants
// where this is inlined, so that all sums are registers.
static inline __attribute__((always_inline)) TARGET void TILE(tile)(
    const size_t rows, const size_t panels, float *restrict out, size_t out_stride,
    const float *restrict x, size_t x_stride, const WEIGHT *restrict panel, size_t apart,
    size_t depth, const float *bias, int adding) {
  NAME(lanes) sums[TILE_ROWS][4];
  UNROLL for (size_t i = 0; i < rows; i++) {
    UNROLL for (size_t j = 0; j < 2 * panels; j++) {
      sums[i][j] = bias ? NAME(load)(bias + j * LANES) : (NAME(lanes)){};
      if (adding) sums[i][j] += NAME(load)(out + i * out_stride + j * LANES);
    }
  }
  for (size_t k = 0; k < depth; k++) {
    NAME(lanes) weights[4];
    UNROLL for (size_t j = 0; j < 2 * panels; j++)
      weights[j] = WIDEN(panel + j / 2 * apart + k * PANEL + j % 2 * LANES);
    UNROLL for (size_t i = 0; i < rows; i++) {
      NAME(lanes) factor = x[i * x_stride + k] - (NAME(lanes)){};
      UNROLL for (size_t j = 0; j < 2 * panels; j++) sums[i][j] += factor * weights[j];
    }
  }
  UNROLL for (size_t i = 0; i < rows; i++)
    UNROLL for (size_t j = 0; j < 2 * panels; j++)
      NAME(store)(out + i * out_stride + j * LANES, sums[i][j]);
}

#define ROWS_CASE(n, panels)                                                                   \
  case n:                                                                                      \
    TILE(tile)(n, panels, out, out_stride, x, x_stride, panel, apart, depth, bias, adding);    \
    break;

static TARGET __attribute__((noinline)) void TILE(any_tile)(
    size_t rows, float *restrict out, size_t out_stride, const float *restrict x, size_t x_stride,
    const WEIGHT *restrict panel, size_t apart, size_t depth, const float *bias, int adding) {
  switch (rows) {
    ROWS_CASE(1, 1) ROWS_CASE(2, 1) ROWS_CASE(3, 1) ROWS_CASE(4, 1) ROWS_CASE(5, 1) ROWS_CASE(6, 1)
#if TILE_ROWS > 6
    ROWS_CASE(7, 1) ROWS_CASE(8, 1) ROWS_CASE(9, 1) ROWS_CASE(10, 1) ROWS_CASE(11, 1)
    ROWS_CASE(12, 1) ROWS_CASE(13, 1) ROWS_CASE(14, 1)
#endif
  }
}

// Two panels at once: fewer rows, which do not drive each other out of the first cache where they
// stand a multiple of 4096 bytes apart, as those of many models do.
#if WIDE_ROWS
static TARGET __attribute__((noinline)) void TILE(any_wide_tile)(
    size_t rows, float *restrict out, size_t out_stride, const float *restrict x, size_t x_stride,
    const WEIGHT *restrict panel, size_t apart, size_t depth, const float *bias, int adding) {
  switch (rows) {
    ROWS_CASE(1, 2) ROWS_CASE(2, 2) ROWS_CASE(3, 2) ROWS_CASE(4, 2) ROWS_CASE(5, 2) ROWS_CASE(6, 2)
    ROWS_CASE(7, 2)
  }
}
#endif
#undef ROWS_CASE

// The columns of one panel, or of two; the rows are dealt evenly to as few tiles as hold them, because
// a tile of one row takes as long as one of four.
static TARGET void TILE(panel_product)(
    int wide, float *out, size_t out_stride, const float *x, size_t x_stride, size_t rows,
    const WEIGHT *panel, size_t apart, size_t depth, const float *bias, int adding) {
  size_t most = wide ? WIDE_ROWS : TILE_ROWS;
  for (size_t tiles = (rows + most - 1) / most; tiles > 0; tiles--) {
    size_t taken = (rows + tiles - 1) / tiles;
#if WIDE_ROWS
    if (wide)
      TILE(any_wide_tile)(
          taken, out, out_stride, x, x_stride, panel, apart, depth, bias, adding);
    else
#endif
      TILE(any_tile)(taken, out, out_stride, x, x_stride, panel, apart, depth, bias, adding);
    out += taken * out_stride;
    x += taken * x_stride;
    rows -= taken;
  }
}

// The last panel is padded: its product goes through a buffer as wide as the panel.
static TARGET void TILE(padded_product)(
    float *out, size_t out_stride, size_t columns, const float *x, size_t x_stride, size_t rows,
    const WEIGHT *panel, size_t depth, const float *bias, int adding) {
  float start[PANEL] = {0}, buffer[TILE_ROWS * PANEL];
  if (bias) memcpy(start, bias, columns * sizeof(float));
  for (size_t first = 0; first < rows; first += TILE_ROWS) {
    size_t count = rows - first < TILE_ROWS ? rows - first : TILE_ROWS;
    float *to = out + first * out_stride;
    memset(buffer, 0, sizeof buffer);
    for (size_t i = 0; adding && i < count; i++)
      memcpy(buffer + i * PANEL, to + i * out_stride, columns * sizeof(float));
    TILE(any_tile)(
        count, buffer, PANEL, x + first * x_stride, x_stride, panel, 0, depth, start, adding);
    for (size_t i = 0; i < count; i++)
      memcpy(to + i * out_stride, buffer + i * PANEL, columns * sizeof(float));
  }
}

static TARGET void TILE(packed_product)(
    float *out, size_t out_stride, const float *x, size_t x_stride, size_t rows,
    const WEIGHT *panels, size_t panel_rows, size_t outputs, size_t inputs, const float *bias,
    int adding) {
  // Both what a tile reads of x and a panel's part stay in the second cache.
  size_t parts = (inputs + DEPTH - 1) / DEPTH;
  for (size_t k = 0, part = 0; part < parts; part++) {
    size_t depth = (inputs - k + parts - part - 1) / (parts - part);
    const float *start = part == 0 ? bias : NULL;
    int grows = adding || part > 0;
    for (size_t first = 0; first < rows; first += BLOCK_ROWS) {
      size_t count = rows - first < BLOCK_ROWS ? rows - first : BLOCK_ROWS;
      for (size_t j = 0, width; j < outputs; j += width) {
        int wide = WIDE_ROWS && outputs - j >= 2 * PANEL;
        width = wide ? 2 * PANEL : PANEL;
        float *to = out + first * out_stride + j;
        const float *from = x + first * x_stride + k, *b = start ? start + j : NULL;
        const WEIGHT *panel = panels + j * panel_rows + k * PANEL;
        if (outputs - j < PANEL) {
          TILE(padded_product)(
              to, out_stride, outputs - j, from, x_stride, count, panel, depth, b, grows);
        } else {
          TILE(panel_product)(
              wide, to, out_stride, from, x_stride, count, panel, panel_rows * PANEL, depth, b,
              grows);
        }
      }
    }
    k += depth;
  }
}

