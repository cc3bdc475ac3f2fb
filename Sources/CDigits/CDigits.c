#include "CDigits.h"

// Optical Recognition of Handwritten Digits (E. Alpaydin and C. Kaynak, 1998), UCI Machine Learning
// Repository, DOI 10.24432/C50P49, licence CC BY 4.0: the 1,797 samples of optdigits.tes, unaltered
// but for packing.
static const uint8_t digits[] = {
#embed "digits.csv.gz"
};

const uint8_t *hyperfed_digits(void) { return digits; }

long hyperfed_digits_size(void) { return sizeof digits; }
