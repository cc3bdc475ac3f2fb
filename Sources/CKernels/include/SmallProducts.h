// Products with few rows, without the packing of a BLAS; SmallProducts.c says how. All matrices are
// row-major. Each product returns false, without a result, for double, and if another method is
// faster: for few columns, or on a CPU without AVX2.
#pragma once
#include <stdbool.h>

// Computes y = x w + bias, y = x w (null bias) or, with `keep`, y += x w: x is (rows, inner), w is
// (inner, columns) or, with `is_transposed`, the transpose of a stored (columns, inner) matrix, and
// bias is (columns).
bool hyperfed_affine(bool is_double, const void *x, const void *w, bool is_transposed,
                     const void *bias, bool keep, void *y, long rows, long columns, long inner);
// Computes g = x^T d, or g += x^T d with `keep`: x is (rows, inputs), d is (rows, columns) and g is
// (inputs, columns).
bool hyperfed_outer_sum(bool is_double, const void *x, const void *d, void *g, bool keep, long rows,
                        long inputs, long columns);
// Computes g = x^T d and the inner products of g with itself, y and z in the same pass. y and z
// have the shape of g; a null pointer gives the product 0. Terms are added in float within each
// tile and in double from tile to tile, so a sum beyond the range of a float is not finite.
bool hyperfed_outer_sum_products(bool is_double, const void *x, const void *d, void *g,
                                 const void *y, const void *z, long rows, long inputs, long columns,
                                 double products[3]);
// Computes the same products, with the same bits, of a g of at least 8 columns that is already
// computed.
void hyperfed_outer_sum_products_of(const void *g, const void *y, const void *z, long inputs,
                                    long columns, double products[3]);

// Computes w = w + scale * x^T d, each element rounded as if x^T d was stored first: w is (inputs,
// columns). The result is false for more than 192 rows too.
bool hyperfed_outer_sum_descent(bool is_double, const void *x, const void *d, double scale, void *w,
                                long rows, long inputs, long columns);

// Returns an upper bound of the numbers in a packed factor.
long hyperfed_packed_count(long columns, long inner);
// Packs w for any number of products on this machine: w is (inner, columns) or, with
// `is_transposed`, the transpose of a stored (columns, inner) matrix. In double the packed factor
// is w itself, row-major.
void hyperfed_pack(bool is_double, const void *w, bool is_transposed, void *packed, long columns,
                   long inner);
// Computes y = x w + bias, y = x w (null bias) or, with `keep`, y += x w, from a packed w in float.
void hyperfed_packed_product(const void *x, const void *packed, const void *bias, bool keep,
                             void *y, long rows, long columns, long inner);
