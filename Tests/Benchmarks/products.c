// Times the products of Sources/CKernels with packed weights against the sgemm of the system's BLAS, one thread, at the
// shapes of MiniLM and BERT-base, in turns, best of seven, by processor time; six weight matrices in turn, so that they
// do not lie in the first caches. `lanes` 16, 8 or 4 instead of what this processor is best at.
//
//     clang -O2 -I Sources/CKernels/include Tests/Benchmarks/products.c Sources/CKernels/Products.c -lopenblas -lm -o products
//     ./products [lanes]
#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "CKernels.h"

void openblas_set_num_threads(int);

enum { matrices = 6, rounds = 7 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

static void measure(size_t lanes, size_t tokens, size_t outputs, size_t inputs) {
  size_t weights = outputs * inputs, width = 2 * lanes;
  size_t packed = (outputs + width - 1) / width * width * inputs;
  float *x = malloc(tokens * inputs * 4), *w = malloc(matrices * weights * 4);
  float *panels = malloc(matrices * packed * 4);
  float *ours = malloc(tokens * outputs * 4), *blas = malloc(tokens * outputs * 4);
  for (size_t i = 0; i < tokens * inputs; i++) x[i] = (float)(rand() % 7) * 0.1f - 0.3f;
  for (size_t i = 0; i < matrices * weights; i++) w[i] = (float)(rand() % 5) * 0.1f - 0.2f;
  double operations = 2e-9 * tokens * outputs * inputs, best[3] = {1e9, 1e9, 1e9}, apart = 0;
  int repeats = matrices * (1 + (int)(0.1 / operations));
  for (int round = 0; round < rounds; round++) {
    double t = now();
    for (int i = 0; i < matrices; i++)
      ck_pack(lanes, panels + i * packed, w + i * weights, inputs, 1, outputs, inputs);
    best[0] = fmin(best[0], (now() - t) / matrices);
    t = now();
    for (int i = 0; i < repeats; i++)
      ck_product(
          lanes, ours, outputs, x, inputs, tokens, panels + i % matrices * packed, inputs, outputs, inputs, NULL, 0);
    best[1] = fmin(best[1], (now() - t) / repeats);
    t = now();
    for (int i = 0; i < repeats; i++)
      cblas_sgemm(
          CblasRowMajor, CblasNoTrans, CblasTrans, tokens, outputs, inputs, 1, x, inputs, w + i % matrices * weights,
          inputs, 0, blas, outputs);
    best[2] = fmin(best[2], (now() - t) / repeats);
  }
  for (size_t i = 0; i < tokens * outputs; i++) apart = fmax(apart, fabs(ours[i] - blas[i]));
  printf(
      "%5zu tokens, %4zu from %4zu: %6.1f GFLOP/s, BLAS %6.1f, ratio %.2f; packing %.2f ns a weight; apart %.1e\n", tokens,
      outputs, inputs, operations / best[1], operations / best[2], best[2] / best[1], 1e9 * best[0] / weights, apart);
  free(x), free(w), free(panels), free(ours), free(blas);
}

int main(int count, char **arguments) {
  openblas_set_num_threads(1);
  size_t lanes = count > 1 ? (size_t)atoi(arguments[1]) : ck_lanes();
  const size_t tokens[] = {1, 2, 14, 32, 128, 512, 2048}, shapes[][2] = {{384, 384}, {1536, 384}, {384, 1536}, {768, 3072}};
  for (int s = 0; s < 4; s++)
    for (int t = 0; t < 7; t++) measure(lanes, tokens[t], shapes[s][0], shapes[s][1]);
}
