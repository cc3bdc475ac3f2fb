// Products with few rows, without the packing of a BLAS; see SmallProducts.c.
#pragma once

// y = x w + bias, y = x w (null bias) or, with `keep`, y += x w: x is (rows, inner), w is (inner,
// columns) or with `is_transposed` the transpose of a (columns, inner) matrix, bias is (columns), all
// row-major. Returns 0 and does nothing where another way is better: few columns, no AVX2.
int hyperfed_affine(const float *x, const float *w, int is_transposed, const float *bias, int keep,
                    float *y, long rows, long columns, long inner);
// g = x^T d, or with `keep` g += x^T d: x is (rows, inputs), d is (rows, columns), g is (inputs,
// columns). Returns 0 likewise.
int hyperfed_outer_sum(const float *x, const float *d, float *g, int keep, long rows, long inputs,
                       long columns);
// The same without `keep`, and <g, g>, <g, y> and <g, z> on the way, while g is at hand: y and z are
// of g's shape, or null for 0. Terms are summed in float over each tile, then in double: where they
// leave the range of a float, so do the sums. Returns 0 likewise.
int hyperfed_outer_sum_products(const float *x, const float *d, float *g, const float *y,
                                const float *z, long rows, long inputs, long columns,
                                double products[3]);

// How many numbers a packed factor takes at most.
long hyperfed_packed_count(long columns, long inner);
// Packs w, (inner, columns) or with `is_transposed` the transpose of a (columns, inner) matrix, for
// any number of products on this machine. In double the packed factor is w, row-major.
void hyperfed_pack_f(const float *w, int is_transposed, float *packed, long columns, long inner);
void hyperfed_pack_d(const double *w, int is_transposed, double *packed, long columns, long inner);
// y = x w + bias, y = x w (null bias) or, with `keep`, y += x w.
void hyperfed_packed_product_f(const float *x, const float *packed, const float *bias, int keep,
                               float *y, long rows, long columns, long inner);
