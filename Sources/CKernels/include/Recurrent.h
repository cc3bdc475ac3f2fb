// Cells of recurrent layers at one position of all sequences of a batch: everything between the
// matrix products. And the table of an embedding.
#pragma once

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

#define HYPERFED_CELL(T, X, NAME)                                                                  \
    void hyperfed_##NAME##_##X(T *base, const hyperfed_cell *p);                                   \
    void hyperfed_##NAME##_tangent_##X(T *base, const hyperfed_cell *p, const hyperfed_cell *t);   \
    void hyperfed_##NAME##_backward_##X(T *base, const hyperfed_cell *p,                           \
                                        const hyperfed_cell_gradient *g);                          \
    void hyperfed_##NAME##_backward_tangent_##X(                                                   \
        T *base, const hyperfed_cell *p, const hyperfed_cell *t, const hyperfed_cell_gradient *g,  \
        const hyperfed_cell_gradient *gt);

#define HYPERFED_RECURRENT(T, X)                                                                   \
    HYPERFED_CELL(T, X, lstm)                                                                      \
    HYPERFED_CELL(T, X, gru)                                                                       \
    /* Row (position, sample) of out becomes the table's row symbols[sample][position]. */         \
    void hyperfed_embed_##X(const T *symbols, const T *table, T *out, long samples, long length,   \
                            long width);                                                           \
    /* The table's gradient gets the sums of the rows of `out` that showed its rows. */            \
    void hyperfed_embed_backward_##X(const T *symbols, const T *d, T *gradient, long samples,      \
                                     long length, long width, long vocabulary);

HYPERFED_RECURRENT(float, f)
HYPERFED_RECURRENT(double, d)
#undef HYPERFED_RECURRENT
#undef HYPERFED_CELL
