#include "CImages.h"

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

struct source {
    const uint8_t *bytes;
    size_t count;
    size_t position;
};

static void fail(png_structp png, png_const_charp text) {
    char *message = png_get_error_ptr(png);
    strncpy(message, text, HYPERFED_IMAGE_MESSAGE - 1);
    message[HYPERFED_IMAGE_MESSAGE - 1] = 0;
    longjmp(png_jmpbuf(png), 1);
}

static void ignore(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

static void take(png_structp png, png_bytep out, size_t wanted) {
    struct source *source = png_get_io_ptr(png);
    if (wanted > source->count - source->position) png_error(png, "the file ends too early");
    memcpy(out, source->bytes + source->position, wanted);
    source->position += wanted;
}

static int read_png(
    const uint8_t *bytes, size_t count, uint32_t *width, uint32_t *height, uint8_t *pixels,
    char *message) {
    struct source source = {bytes, count, 0};
    message[0] = 0;
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, message, fail, ignore);
    if (!png) return 0;
    png_infop info = png_create_info_struct(png);
    png_bytep *volatile rows = NULL;
    if (!info || setjmp(png_jmpbuf(png))) {
        free((void *)rows);
        png_destroy_read_struct(&png, &info, NULL);
        return 0;
    }
    png_set_user_limits(png, 1 << 20, 1 << 20);
    png_set_chunk_malloc_max(png, 8 << 20);
    png_set_read_fn(png, &source, take);
    png_read_info(png, info);
    if (pixels) {
        if (png_get_image_width(png, info) != *width || png_get_image_height(png, info) != *height)
            png_error(png, "the size changed");
        png_set_expand(png);
        png_set_scale_16(png);
        png_set_strip_alpha(png);
        png_set_gray_to_rgb(png);
        png_set_interlace_handling(png);
        png_read_update_info(png, info);
        if (png_get_rowbytes(png, info) != (size_t)*width * 3) png_error(png, "other channels");
        rows = malloc(*height * sizeof(png_bytep));
        if (!rows) png_error(png, "no memory");
        for (uint32_t row = 0; row < *height; row++) rows[row] = pixels + (size_t)row * *width * 3;
        png_read_image(png, rows);
        // The checksum of the last part is read here.
        png_read_end(png, NULL);
    } else {
        *width = png_get_image_width(png, info);
        *height = png_get_image_height(png, info);
    }
    free((void *)rows);
    png_destroy_read_struct(&png, &info, NULL);
    return 1;
}

int hyperfed_png_size(
    const uint8_t *bytes, size_t count, uint32_t *width, uint32_t *height, char *message) {
    return read_png(bytes, count, width, height, NULL, message);
}

int hyperfed_png_pixels(
    const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *pixels,
    char *message) {
    return read_png(bytes, count, &width, &height, pixels, message);
}
