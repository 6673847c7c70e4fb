// Times the kernels of Sources/CKernels and checks gelu against libm, in both code versions.
//
//     clang -O2 -I Sources/CKernels/include Tests/Benchmarks/kernels.c Sources/CKernels/CKernels.c -lm -o kernels
//     ./kernels                                        the version that the loader picks here
//     clang -O2 -DMULTIVERSION= … && ./kernels         the baseline alone
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "CKernels.h"

enum { rows = 256, columns = 1536, count = rows * columns, rounds = 30 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

int main(void) {
  float *x = malloc(count * sizeof(float)), *zeros = calloc(columns, sizeof(float));
  float *largest = calloc(columns, sizeof(float));
  double *sum = calloc(columns, sizeof(double));
  double worst = 0, gelu = 1e9, pool = 1e9, norm = 1e9, libm = 1e9;
  for (int round = 0; round < rounds; round++) {
    for (int i = 0; i < count; i++) x[i] = (i % 2001 - 1000) / 150.0f;
    double t = now();
    ck_gelu_erf(x, count);
    gelu = fmin(gelu, now() - t);
    for (int i = 0; i < count; i++) {
      double v = (i % 2001 - 1000) / 150.0f;
      worst = fmax(worst, fabs(x[i] - 0.5 * v * (1 + erf(v / sqrt(2)))));
    }
    t = now();
    ck_pool(sum, largest, x, rows, columns, 1);
    pool = fmin(pool, now() - t);
    t = now();
    ck_layer_norm(x, zeros, zeros, 1e-5f, rows, columns);
    norm = fmin(norm, now() - t);
    t = now();
    for (int i = 0; i < count; i++) x[i] = 0.5f * x[i] * (1 + erff(x[i] * 0.70710678f));
    libm = fmin(libm, now() - t);
  }
  double scale = 1e9 / count;
  printf("ns an element, best of %d: gelu %.2f (libm's erff %.2f), pool %.2f, layer norm %.2f\n", rounds,
         gelu * scale, libm * scale, pool * scale, norm * scale);
  printf("gelu's largest error: %.2g\n", worst);
}
