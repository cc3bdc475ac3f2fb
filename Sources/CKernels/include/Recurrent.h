// Cells of recurrent layers at one position of all sequences of a batch: everything between the
// matrix products. And the table of an embedding.
#pragma once
#include <stdbool.h>

// Where the numbers of one position lie, counted from the block's first number; each is
// (rows, width) but for the gates, (rows, 4 width) of an LSTM and (rows, 3 width) of a GRU.
typedef struct {
    long rows, width;
    long gates;      // in: the sums of the products and biases (a GRU: of the input's); out: gates
    long recurrent;  // a GRU's products and biases of the state before
    long carried;    // an LSTM's c; a GRU's hidden share of the candidate
    long previous;   // an LSTM's c before; a GRU's state before
    long output;     // the state h
} hyperfed_cell;

// The loss's derivatives in these numbers.
typedef struct {
    long output;           // in the output, from the layer above
    long state;            // in: what comes from later positions; out: with the layer above's
    long carried;          // the same for an LSTM's c
    long previous;         // out: in `previous` (a GRU: without the products' share)
    long gates, recurrent; // out: in the sums before the gates' functions
} hyperfed_cell_gradient;

// A cell: one step, the tangent of a step, a step backward, and the tangent of a step backward.
#define HYPERFED_CELL(NAME)                                                                        \
    void hyperfed_##NAME(bool is_double, void *base, const hyperfed_cell *p);                      \
    void hyperfed_##NAME##_tangent(bool is_double, void *base, const hyperfed_cell *p,             \
                                   const hyperfed_cell *t);                                        \
    void hyperfed_##NAME##_backward(bool is_double, void *base, const hyperfed_cell *p,            \
                                    const hyperfed_cell_gradient *g);                              \
    void hyperfed_##NAME##_backward_tangent(bool is_double, void *base, const hyperfed_cell *p,    \
                                            const hyperfed_cell *t,                                \
                                            const hyperfed_cell_gradient *g,                       \
                                            const hyperfed_cell_gradient *gt);

HYPERFED_CELL(lstm)
HYPERFED_CELL(gru)

// Copies the table's row symbols[sample][position] to row (position, sample) of out.
void hyperfed_embed(bool is_double, const void *symbols, const void *table, void *out, long samples,
                    long length, long width);
// Computes the gradient of the table: each row is the sum of the rows of d at its symbol.
void hyperfed_embed_backward(bool is_double, const void *symbols, const void *d, void *gradient,
                             long samples, long length, long width, long vocabulary);
#undef HYPERFED_CELL
