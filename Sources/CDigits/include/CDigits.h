#pragma once
#include <stdint.h>

// The file digits.csv.gz: 1,797 rows of 64 pixels (0 to 16) and a label.
const uint8_t *hyperfed_digits(void);
long hyperfed_digits_size(void);
