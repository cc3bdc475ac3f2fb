// The cells of recurrent layers, forward and backward, and the tangents of both: one pass over the
// numbers of a position, between the products.
//
// A name with an underscore behind it is the tangent of the name: i and i_.
#include "CKernels.h"
#include "Exponential.h"
#include "Multiversion.h"
#include <string.h>

// Different numbers of a position never overlap, but for those that are read and written at the
// same index; a compiler can't know. In double the functions are the library's: no vectors.
#define EACH_UNIT_f                                                                                \
    _Pragma("clang loop vectorize(assume_safety)") for (long j = 0; j < width; j++)
#define EACH_UNIT_d for (long j = 0; j < width; j++)

// A (rows, width) matrix's row r.
#define AT(OFFSET) (base + (OFFSET) + r * width)
#define GATES(OFFSET, COUNT) (base + (OFFSET) + r * (COUNT)*width)

#define LSTM(T, X)                                                                                 \
    TYPED_KERNEL void hyperfed_lstm_##X(T *base, const hyperfed_cell *p) {                         \
        const long width = p->width;                                                               \
        for (long r = 0; r < p->rows; r++) {                                                       \
            T *i = GATES(p->gates, 4), *f = i + width, *g = f + width, *o = g + width;             \
            T *c = AT(p->carried), *h = AT(p->output);                                             \
            const T *before = AT(p->previous);                                                     \
            EACH_UNIT_##X {                                                                        \
                i[j] = sigmoid_##X(i[j]);                                                          \
                f[j] = sigmoid_##X(f[j]);                                                          \
                g[j] = tanh_##X(g[j]);                                                             \
                o[j] = sigmoid_##X(o[j]);                                                          \
                c[j] = f[j] * before[j] + i[j] * g[j];                                             \
                h[j] = o[j] * tanh_##X(c[j]);                                                      \
            }                                                                                      \
        }                                                                                          \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_lstm_tangent_##X(T *base, const hyperfed_cell *p,                   \
                                                const hyperfed_cell *t) {                          \
        const long width = p->width;                                                               \
        for (long r = 0; r < p->rows; r++) {                                                       \
            const T *i = GATES(p->gates, 4), *f = i + width, *g = f + width, *o = g + width;       \
            T *i_ = GATES(t->gates, 4), *f_ = i_ + width, *g_ = f_ + width, *o_ = g_ + width;      \
            const T *c = AT(p->carried), *before = AT(p->previous), *before_ = AT(t->previous);    \
            T *c_ = AT(t->carried), *h_ = AT(t->output);                                           \
            EACH_UNIT_##X {                                                                        \
                i_[j] *= i[j] * (1 - i[j]);                                                        \
                f_[j] *= f[j] * (1 - f[j]);                                                        \
                g_[j] *= 1 - g[j] * g[j];                                                          \
                o_[j] *= o[j] * (1 - o[j]);                                                        \
                c_[j] = f_[j] * before[j] + f[j] * before_[j] + i_[j] * g[j] + i[j] * g_[j];       \
                const T s = tanh_##X(c[j]);                                                        \
                h_[j] = o_[j] * s + o[j] * (1 - s * s) * c_[j];                                    \
            }                                                                                      \
        }                                                                                          \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_lstm_backward_##X(T *base, const hyperfed_cell *p,                  \
                                                 const hyperfed_cell_gradient *q) {                \
        const long width = p->width;                                                               \
        for (long r = 0; r < p->rows; r++) {                                                       \
            const T *i = GATES(p->gates, 4), *f = i + width, *g = f + width, *o = g + width;       \
            const T *c = AT(p->carried), *before = AT(p->previous), *dy = AT(q->output);           \
            T *dh = AT(q->state), *dc = AT(q->carried), *dbefore = AT(q->previous);                \
            T *di = GATES(q->gates, 4), *df = di + width, *dg = df + width, *d_o = dg + width;     \
            EACH_UNIT_##X {                                                                        \
                const T s = tanh_##X(c[j]), h = dy[j] + dh[j];                                     \
                const T d = dc[j] + h * o[j] * (1 - s * s);                                        \
                dh[j] = h;                                                                         \
                dc[j] = d;                                                                         \
                dbefore[j] = d * f[j];                                                             \
                di[j] = d * g[j] * (i[j] * (1 - i[j]));                                            \
                df[j] = d * before[j] * (f[j] * (1 - f[j]));                                       \
                dg[j] = d * i[j] * (1 - g[j] * g[j]);                                              \
                d_o[j] = h * s * (o[j] * (1 - o[j]));                                              \
            }                                                                                      \
        }                                                                                          \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_lstm_backward_tangent_##X(                                          \
        T *base, const hyperfed_cell *p, const hyperfed_cell *t, const hyperfed_cell_gradient *q,  \
        const hyperfed_cell_gradient *u) {                                                         \
        const long width = p->width;                                                               \
        for (long r = 0; r < p->rows; r++) {                                                       \
            const T *i = GATES(p->gates, 4), *f = i + width, *g = f + width, *o = g + width;       \
            const T *i_ = GATES(t->gates, 4), *f_ = i_ + width, *g_ = f_ + width,                  \
                    *o_ = g_ + width;                                                              \
            const T *c = AT(p->carried), *before = AT(p->previous);                                \
            const T *c_ = AT(t->carried), *before_ = AT(t->previous);                              \
            const T *dh = AT(q->state), *dc = AT(q->carried), *dy_ = AT(u->output);                \
            T *dh_ = AT(u->state), *dc_ = AT(u->carried), *dbefore_ = AT(u->previous);             \
            T *di_ = GATES(u->gates, 4), *df_ = di_ + width, *dg_ = df_ + width,                   \
              *do_ = dg_ + width;                                                                  \
            EACH_UNIT_##X {                                                                        \
                const T s = tanh_##X(c[j]), slope = 1 - s * s, s_ = slope * c_[j];                 \
                const T h = dh[j], h_ = dy_[j] + dh_[j], d = dc[j];                                \
                const T d_ = dc_[j] + (h_ * o[j] + h * o_[j]) * slope - 2 * h * o[j] * s * s_;     \
                dh_[j] = h_;                                                                       \
                dc_[j] = d_;                                                                       \
                dbefore_[j] = d_ * f[j] + d * f_[j];                                               \
                di_[j] = (d_ * g[j] + d * g_[j]) * (i[j] * (1 - i[j]))                             \
                         + d * g[j] * ((1 - 2 * i[j]) * i_[j]);                                    \
                df_[j] = (d_ * before[j] + d * before_[j]) * (f[j] * (1 - f[j]))                   \
                         + d * before[j] * ((1 - 2 * f[j]) * f_[j]);                               \
                dg_[j] = (d_ * i[j] + d * i_[j]) * (1 - g[j] * g[j])                               \
                         - 2 * d * i[j] * (g[j] * g_[j]);                                          \
                do_[j] = (h_ * s + h * s_) * (o[j] * (1 - o[j]))                                   \
                         + h * s * ((1 - 2 * o[j]) * o_[j]);                                       \
            }                                                                                      \
        }                                                                                          \
    }

// u is the hidden share of the candidate n, a r the reset gate, z the update gate.
#define GRU(T, X)                                                                                  \
    TYPED_KERNEL void hyperfed_gru_##X(T *base, const hyperfed_cell *p) {                          \
        const long width = p->width;                                                               \
        for (long r = 0; r < p->rows; r++) {                                                       \
            T *a = GATES(p->gates, 3), *z = a + width, *n = z + width;                             \
            const T *b = GATES(p->recurrent, 3), *before = AT(p->previous);                        \
            T *u = AT(p->carried), *h = AT(p->output);                                             \
            EACH_UNIT_##X {                                                                        \
                u[j] = b[j + 2 * width];                                                           \
                a[j] = sigmoid_##X(a[j] + b[j]);                                                   \
                z[j] = sigmoid_##X(z[j] + b[j + width]);                                           \
                n[j] = tanh_##X(n[j] + a[j] * u[j]);                                               \
                h[j] = (1 - z[j]) * n[j] + z[j] * before[j];                                       \
            }                                                                                      \
        }                                                                                          \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_gru_tangent_##X(T *base, const hyperfed_cell *p,                    \
                                               const hyperfed_cell *t) {                           \
        const long width = p->width;                                                               \
        for (long r = 0; r < p->rows; r++) {                                                       \
            const T *a = GATES(p->gates, 3), *z = a + width, *n = z + width;                       \
            T *a_ = GATES(t->gates, 3), *z_ = a_ + width, *n_ = z_ + width;                        \
            const T *b_ = GATES(t->recurrent, 3), *u = AT(p->carried);                             \
            const T *before = AT(p->previous), *before_ = AT(t->previous);                         \
            T *u_ = AT(t->carried), *h_ = AT(t->output);                                           \
            EACH_UNIT_##X {                                                                        \
                u_[j] = b_[j + 2 * width];                                                         \
                a_[j] = a[j] * (1 - a[j]) * (a_[j] + b_[j]);                                       \
                z_[j] = z[j] * (1 - z[j]) * (z_[j] + b_[j + width]);                               \
                n_[j] = (1 - n[j] * n[j]) * (n_[j] + a_[j] * u[j] + a[j] * u_[j]);                 \
                h_[j] = (1 - z[j]) * n_[j] + z_[j] * (before[j] - n[j]) + z[j] * before_[j];       \
            }                                                                                      \
        }                                                                                          \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_gru_backward_##X(T *base, const hyperfed_cell *p,                   \
                                                const hyperfed_cell_gradient *q) {                 \
        const long width = p->width;                                                               \
        for (long r = 0; r < p->rows; r++) {                                                       \
            const T *a = GATES(p->gates, 3), *z = a + width, *n = z + width;                       \
            const T *u = AT(p->carried), *before = AT(p->previous), *dy = AT(q->output);           \
            T *dh = AT(q->state), *dbefore = AT(q->previous);                                      \
            T *da = GATES(q->gates, 3), *dz = da + width, *dn = dz + width;                        \
            T *db = GATES(q->recurrent, 3);                                                        \
            EACH_UNIT_##X {                                                                        \
                const T h = dy[j] + dh[j], m = h * (1 - z[j]) * (1 - n[j] * n[j]);                 \
                dh[j] = h;                                                                         \
                dbefore[j] = h * z[j];                                                             \
                da[j] = db[j] = m * u[j] * (a[j] * (1 - a[j]));                                    \
                dz[j] = db[j + width] = h * (before[j] - n[j]) * (z[j] * (1 - z[j]));              \
                dn[j] = m;                                                                         \
                db[j + 2 * width] = m * a[j];                                                      \
            }                                                                                      \
        }                                                                                          \
    }                                                                                              \
    TYPED_KERNEL void hyperfed_gru_backward_tangent_##X(                                           \
        T *base, const hyperfed_cell *p, const hyperfed_cell *t, const hyperfed_cell_gradient *q,  \
        const hyperfed_cell_gradient *v) {                                                         \
        const long width = p->width;                                                               \
        for (long r = 0; r < p->rows; r++) {                                                       \
            const T *a = GATES(p->gates, 3), *z = a + width, *n = z + width;                       \
            const T *a_ = GATES(t->gates, 3), *z_ = a_ + width, *n_ = z_ + width;                  \
            const T *u = AT(p->carried), *u_ = AT(t->carried);                                     \
            const T *before = AT(p->previous), *before_ = AT(t->previous);                         \
            const T *dh = AT(q->state), *dy_ = AT(v->output);                                      \
            T *dh_ = AT(v->state), *dbefore_ = AT(v->previous);                                    \
            T *da_ = GATES(v->gates, 3), *dz_ = da_ + width, *dn_ = dz_ + width;                   \
            T *db_ = GATES(v->recurrent, 3);                                                       \
            EACH_UNIT_##X {                                                                        \
                const T h = dh[j], h_ = dy_[j] + dh_[j], slope = 1 - n[j] * n[j];                  \
                const T k = h * (1 - z[j]), m = k * slope;                                         \
                const T m_ = (h_ * (1 - z[j]) - h * z_[j]) * slope - 2 * k * n[j] * n_[j];         \
                dh_[j] = h_;                                                                       \
                dbefore_[j] = h_ * z[j] + h * z_[j];                                               \
                da_[j] = db_[j] = (m_ * u[j] + m * u_[j]) * (a[j] * (1 - a[j]))                    \
                                  + m * u[j] * ((1 - 2 * a[j]) * a_[j]);                           \
                dz_[j] = db_[j + width] =                                                          \
                    (h_ * (before[j] - n[j]) + h * (before_[j] - n_[j])) * (z[j] * (1 - z[j]))     \
                    + h * (before[j] - n[j]) * ((1 - 2 * z[j]) * z_[j]);                           \
                dn_[j] = m_;                                                                       \
                db_[j + 2 * width] = m_ * a[j] + m * a_[j];                                        \
            }                                                                                      \
        }                                                                                          \
    }

#define EMBEDDING(T, X)                                                                            \
    static void hyperfed_embed_##X(const T *symbols, const T *table, T *out, long samples,         \
                                   long length, long width) {                                      \
        for (long s = 0; s < samples; s++)                                                         \
            for (long t = 0; t < length; t++)                                                      \
                memcpy(out + (t * samples + s) * width,                                            \
                       table + (long)symbols[s * length + t] * width, sizeof(T) * (size_t)width);  \
    }                                                                                              \
    static void hyperfed_embed_backward_##X(const T *symbols, const T *d, T *gradient,             \
                                            long samples, long length, long width,                 \
                                            long vocabulary) {                                     \
        memset(gradient, 0, sizeof(T) * (size_t)(vocabulary * width));                             \
        for (long s = 0; s < samples; s++)                                                         \
            for (long t = 0; t < length; t++) {                                                    \
                const T *row = d + (t * samples + s) * width;                                      \
                T *sum = gradient + (long)symbols[s * length + t] * width;                         \
                for (long j = 0; j < width; j++) sum[j] += row[j];                                 \
            }                                                                                      \
    }

LSTM(float, f)
LSTM(double, d)
GRU(float, f)
GRU(double, d)
EMBEDDING(float, f)
EMBEDDING(double, d)

#define KERNELS(NAME)                                                                              \
    KERNEL(void, NAME, (base, p), void *base, const hyperfed_cell *p)                              \
    KERNEL(void, NAME##_tangent, (base, p, t),                                                     \
           void *base, const hyperfed_cell *p, const hyperfed_cell *t)                             \
    KERNEL(void, NAME##_backward, (base, p, g),                                                    \
           void *base, const hyperfed_cell *p, const hyperfed_cell_gradient *g)                    \
    KERNEL(void, NAME##_backward_tangent, (base, p, t, g, gt),                                     \
           void *base, const hyperfed_cell *p, const hyperfed_cell *t,                             \
           const hyperfed_cell_gradient *g, const hyperfed_cell_gradient *gt)

KERNELS(lstm)
KERNELS(gru)
KERNEL(void, embed, (symbols, table, out, samples, length, width),
       const void *symbols, const void *table, void *out, long samples, long length, long width)
KERNEL(void, embed_backward, (symbols, d, gradient, samples, length, width, vocabulary),
       const void *symbols, const void *d, void *gradient, long samples, long length,
       long width, long vocabulary)
