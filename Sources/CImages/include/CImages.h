// PNG and JPEG images out of bytes in memory, as rows of red, green and blue.
//
// libpng and libjpeg-turbo report errors by longjmp, which must not pass through Swift. So the
// calls stay here, and an error comes back as a text.
#ifndef CIMAGES_H
#define CIMAGES_H

#include <stddef.h>
#include <stdint.h>

#define HYPERFED_IMAGE_MESSAGE 200

// Reads the size of an image. Returns 1, or 0 and a message.
int hyperfed_png_size(
    const uint8_t *bytes, size_t count, uint32_t *width, uint32_t *height, char *message);
int hyperfed_jpeg_size(
    const uint8_t *bytes, size_t count, uint32_t *width, uint32_t *height, char *message);

// Decodes an image of this size into width x height x 3 bytes. Palettes, grey values and 16 bits
// become 8 bits of three colours; opacity is dropped. Returns 1, or 0 and a message.
int hyperfed_png_pixels(
    const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *pixels,
    char *message);
int hyperfed_jpeg_pixels(
    const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *pixels,
    char *message);

#endif
