/* The yardstick: a map of runs on Rosenbrock as a C programmer would fuse it, one function for each optimizer.
 *
 * Lanes are the inner loop, in blocks of BLOCK, so that the compiler vectorises across them; a block fits a first-level
 * cache of 32 kB. What is the same in all lanes (bias corrections) is computed once a step. Returns where each lane ends,
 * whether it left the finite numbers, the first step with loss <= bound, and the one from which on floor <= loss <= bound:
 * the same answers as optim_viz.sweep.
 *
 * Compiled by speed.py with: gcc -O3 -march=native -fno-math-errno -shared -fPIC
 */
#include <math.h>
#include <string.h>

#define BLOCK 256

typedef struct {
    _Alignas(64) double x[2][BLOCK], g[2][BLOCK], value[BLOCK], s1[2][BLOCK], s2[2][BLOCK], poison[BLOCK], touched[BLOCK], stays[BLOCK];
} block_t;

static void surface(block_t *restrict k, double b, double floor, double bound, double t)
{
    for (int i = 0; i < BLOCK; i++) {
        double x = k->x[0][i], y = k->x[1][i], p = 1 - x, q = y - x * x;
        double f = p * p + b * q * q, gx = -2 * p - 4 * b * x * q, gy = 2 * b * q;
        k->value[i] = f;
        k->g[0][i] = gx;
        k->g[1][i] = gy;
        k->poison[i] += 0.0 * f + 0.0 * x + 0.0 * y + 0.0 * gx + 0.0 * gy;
        k->touched[i] = (k->touched[i] < 0) & (f <= bound) ? t : k->touched[i];
        k->stays[i] = (floor <= f) & (f <= bound) ? (k->stays[i] < 0 ? t : k->stays[i]) : -1;
    }
}

static void gd(block_t *restrict k, const double *h)
{
    double lr = h[0];
    for (int d = 0; d < 2; d++)
        for (int i = 0; i < BLOCK; i++)
            k->x[d][i] -= lr * k->g[d][i];
}

static void momentum(block_t *restrict k, const double *h, int t)
{
    double lr = h[0], beta = t == 1 ? 0 : h[1], keep = t == 1 ? 1 : 1 - h[2];
    for (int d = 0; d < 2; d++)
        for (int i = 0; i < BLOCK; i++) {
            k->s1[d][i] = beta * k->s1[d][i] + keep * k->g[d][i];
            k->x[d][i] -= lr * k->s1[d][i];
        }
}

static void adam(block_t *restrict k, const double *h, int t)
{
    double lr = h[0], b1 = h[1], b2 = h[2], eps = h[3];
    double step = lr / (1 - pow(b1, t)), scale = 1 / (1 - pow(b2, t));
    for (int d = 0; d < 2; d++)
        for (int i = 0; i < BLOCK; i++) {
            double g = k->g[d][i];
            k->s1[d][i] = b1 * k->s1[d][i] + (1 - b1) * g;
            k->s2[d][i] = b2 * k->s2[d][i] + (1 - b2) * g * g;
            k->x[d][i] -= step * k->s1[d][i] / (sqrt(k->s2[d][i] * scale) + eps);
        }
}

/* The same without hoisting anything that the paper's formula says of each coordinate: two more divisions. */
static void adam_as_written(block_t *restrict k, const double *h, int t)
{
    double lr = h[0], b1 = h[1], b2 = h[2], eps = h[3], c1 = 1 - pow(b1, t), c2 = 1 - pow(b2, t);
    for (int d = 0; d < 2; d++)
        for (int i = 0; i < BLOCK; i++) {
            double g = k->g[d][i];
            k->s1[d][i] = b1 * k->s1[d][i] + (1 - b1) * g;
            k->s2[d][i] = b2 * k->s2[d][i] + (1 - b2) * g * g;
            k->x[d][i] -= lr * (k->s1[d][i] / c1) / (sqrt(k->s2[d][i] / c2) + eps);
        }
}

/* rule: 0 gd, 1 momentum, 2 adam, 3 adam as it is written. start and end are [2][n]; n is a multiple of BLOCK. */
void map(int rule, const double *start, const double *h, double b, double floor, double bound, int steps, long n,
         double *end, double *loss, double *diverged, double *touched, double *stays)
{
    static _Thread_local block_t block;
    block_t *k = &block;
    for (long at = 0; at < n; at += BLOCK) {
        memset(k, 0, sizeof *k);
        for (int i = 0; i < BLOCK; i++) {
            k->x[0][i] = start[at + i];
            k->x[1][i] = start[n + at + i];
            k->touched[i] = k->stays[i] = -1;
        }
        surface(k, b, floor, bound, 0);
        for (int t = 1; t <= steps; t++) {
            if (rule == 0)
                gd(k, h);
            else if (rule == 1)
                momentum(k, h, t);
            else if (rule == 2)
                adam(k, h, t);
            else
                adam_as_written(k, h, t);
            surface(k, b, floor, bound, t);
        }
        memcpy(end + at, k->x[0], sizeof k->x[0]);
        memcpy(end + n + at, k->x[1], sizeof k->x[1]);
        memcpy(loss + at, k->value, sizeof k->value);
        memcpy(diverged + at, k->poison, sizeof k->poison);
        memcpy(touched + at, k->touched, sizeof k->touched);
        memcpy(stays + at, k->stays, sizeof k->stays);
    }
}
