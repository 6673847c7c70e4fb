// Times the products of Sources/CKernels with packed weights against the sgemm of the system's BLAS, one thread, at the
// shapes of MiniLM and BERT-base, in turns, best of seven, by processor time, with weights of 32 bits and of 16; several
// weight matrices in turn, 64 MB of them, so that they come from memory as those of a model do. `lanes` 16, 8 or 4 instead of what this processor is best at.
//
//     clang -O2 -I Sources/CKernels/include Tests/Benchmarks/products.c Sources/CKernels/Products.c -lopenblas -lm -o products
//     ./products [lanes]
#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "CKernels.h"

void openblas_set_num_threads(int);

enum { rounds = 7 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

// As many weight matrices as are 64 MB, and their panels as 32-bit, half-precision and bfloat16 numbers.
typedef struct {
  size_t count, size;
  float *stored;
  void *panels[3];
} Weights;

static Weights make_weights(size_t lanes, size_t outputs, size_t inputs) {
  size_t width = 2 * lanes, values = outputs * inputs;
  Weights w = {.count = (16 << 20) / values, .size = (outputs + width - 1) / width * width * inputs};
  w.stored = malloc(w.count * values * 4);
  uint16_t *halves = malloc(values * 2), *brains = malloc(values * 2);
  for (int n = 0; n < 3; n++) w.panels[n] = malloc(w.count * w.size * (n ? 2 : 4));
  for (size_t m = 0; m < w.count; m++) {
    float *stored = w.stored + m * values;
    for (size_t i = 0; i < values; i++) {
      stored[i] = (float)(rand() % 5) * 0.125f - 0.25f;
      _Float16 half = (_Float16)stored[i];
      uint32_t bits;
      memcpy(halves + i, &half, 2);
      memcpy(&bits, stored + i, 4);
      brains[i] = (uint16_t)(bits >> 16);
    }
    const void *as[] = {stored, halves, brains};
    for (int n = 0; n < 3; n++)
      ck_pack(lanes, n, (char *)w.panels[n] + m * w.size * (n ? 2 : 4), as[n], inputs, 1, outputs, inputs);
  }
  free(halves), free(brains);
  return w;
}

static void measure(const Weights *w, size_t lanes, size_t tokens, size_t outputs, size_t inputs) {
  float *x = malloc(tokens * inputs * 4), *ours = malloc(tokens * outputs * 4), *blas = malloc(tokens * outputs * 4);
  for (size_t i = 0; i < tokens * inputs; i++) x[i] = (float)(rand() % 7) * 0.1f - 0.3f;
  double operations = 2e-9 * tokens * outputs * inputs, best[4] = {1e9, 1e9, 1e9, 1e9}, apart = 0;
  int repeats = 2 + (int)(w->count / 2 + 0.1 / operations);
  for (int round = 0; round < rounds; round++) {
    for (int n = 0; n < 4; n++) {
      double t = now();
      for (int i = 0; i < repeats; i++) {
        size_t m = (round * repeats + i) % w->count;
        if (n < 3) {
          ck_product(
              lanes, n, ours, outputs, x, inputs, tokens, (char *)w->panels[n] + m * w->size * (n ? 2 : 4), inputs,
              outputs, inputs, NULL, 0);
        } else {
          cblas_sgemm(
              CblasRowMajor, CblasNoTrans, CblasTrans, tokens, outputs, inputs, 1, x, inputs,
              w->stored + m * outputs * inputs, inputs, 0, blas, outputs);
        }
      }
      best[n] = fmin(best[n], (now() - t) / repeats);
    }
    for (size_t i = 0; i < tokens * outputs; i++) apart = fmax(apart, fabs(ours[i] - blas[i]));
  }
  printf(
      "%5zu tokens, %4zu from %4zu, GFLOP/s: F32 %6.1f, F16 %6.1f, BF16 %6.1f, BLAS %6.1f; apart %.1e\n", tokens, outputs,
      inputs, operations / best[0], operations / best[1], operations / best[2], operations / best[3], apart);
  free(x), free(ours), free(blas);
}

int main(int count, char **arguments) {
  openblas_set_num_threads(1);
  size_t lanes = count > 1 ? (size_t)atoi(arguments[1]) : ck_lanes();
  const size_t tokens[] = {1, 2, 14, 32, 128, 512, 2048}, shapes[][2] = {{384, 384}, {1536, 384}, {384, 1536}, {768, 3072}};
  for (int s = 0; s < 4; s++) {
    Weights w = make_weights(lanes, shapes[s][0], shapes[s][1]);
    for (int t = 0; t < 7; t++) measure(&w, lanes, tokens[t], shapes[s][0], shapes[s][1]);
    free(w.stored);
    for (int n = 0; n < 3; n++) free(w.panels[n]);
  }
}
