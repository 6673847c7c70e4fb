// Times sgemm with weights as PyTorch stores them (NT) and transposed (NN), one thread, at
// MiniLM's shapes, alternating, best of nine.
//
//     cc -O2 Tests/Benchmarks/layout.c -lopenblas -o layout && ./layout
#include <cblas.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

void openblas_set_num_threads(int);

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

int main(void) {
  openblas_set_num_threads(1);
  const int shapes[][2] = {{384, 384}, {1152, 384}, {1536, 384}, {384, 1536}};
  const int tokens[] = {1, 14, 32, 128, 256, 2048};
  // Twelve weight matrices in turn, so that they come from memory as a model's do.
  float *a = calloc(2048 * 1536, 4), *b = calloc(12 * 1536 * 1536, 4), *c = calloc(2048 * 1536, 4);
  for (int s = 0; s < 4; s++) {
    for (int i = 0; i < 6; i++) {
      int m = tokens[i], n = shapes[s][0], k = shapes[s][1];
      int repeats = 2048 / m > 48 ? 48 : 2048 / m < 2 ? 2 : 2048 / m;
      double best[2] = {1e9, 1e9};
      for (int round = 0; round < 18; round++) {
        int transposed = round % 2;
        double t = now();
        for (int r = 0; r < repeats; r++) {
          cblas_sgemm(CblasRowMajor, CblasNoTrans, transposed ? CblasNoTrans : CblasTrans, m, n, k, 1, a, k,
                      b + (size_t)(r % 12) * n * k, transposed ? n : k, 0, c, n);
        }
        best[transposed] = fmin(best[transposed], (now() - t) / repeats);
      }
      printf("%4d tokens, %4d from %4d: as stored %5.1f, transposed %5.1f GFLOP/s\n", m, n, k,
             2e-9 * m * n * k / best[0], 2e-9 * m * n * k / best[1]);
    }
  }
}
