// Eight numbers at a time, in double whatever the type of the vector: sums run over fixed lanes.
#pragma once
#include <stdint.h>
#include <string.h>

typedef double lanes __attribute__((vector_size(64)));
typedef float float_lanes __attribute__((vector_size(32)));
// What comparing lanes gives: all bits of a lane, or none.
typedef int64_t lane_mask __attribute__((vector_size(64)));

enum { LANES = 8 };

#define LOAD_f(p)                                                                                  \
    ({                                                                                             \
        float_lanes value;                                                                         \
        memcpy(&value, (p), sizeof value);                                                         \
        __builtin_convertvector(value, lanes);                                                     \
    })
#define LOAD_d(p)                                                                                  \
    ({                                                                                             \
        lanes value;                                                                               \
        memcpy(&value, (p), sizeof value);                                                         \
        value;                                                                                     \
    })
// Lanes as the type of the vector holds them.
#define ROUND_f(v) __builtin_convertvector(__builtin_convertvector((v), float_lanes), lanes)
#define ROUND_d(v) (v)
#define STORE_f(p, v)                                                                              \
    do {                                                                                           \
        const float_lanes value = __builtin_convertvector((v), float_lanes);                       \
        memcpy((p), &value, sizeof value);                                                         \
    } while (0)
#define STORE_d(p, v)                                                                              \
    do {                                                                                           \
        const lanes value = (v);                                                                   \
        memcpy((p), &value, sizeof value);                                                         \
    } while (0)
#define SELECT(mask, a, b) ((lanes)(((lane_mask)(a) & (mask)) | ((lane_mask)(b) & ~(mask))))
#define SUM(v)                                                                                     \
    (((v)[0] + (v)[4]) + ((v)[1] + (v)[5]) + (((v)[2] + (v)[6]) + ((v)[3] + (v)[7])))
