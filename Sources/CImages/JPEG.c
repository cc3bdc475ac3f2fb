#include "CImages.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

struct failure {
    struct jpeg_error_mgr manager;
    jmp_buf target;
    char *message;
};

static void note(j_common_ptr cinfo) {
    char text[JMSG_LENGTH_MAX];
    struct failure *failure = (struct failure *)cinfo->err;
    cinfo->err->format_message(cinfo, text);
    strncpy(failure->message, text, HYPERFED_IMAGE_MESSAGE - 1);
    failure->message[HYPERFED_IMAGE_MESSAGE - 1] = 0;
}

static void fail(j_common_ptr cinfo) {
    note(cinfo);
    longjmp(((struct failure *)cinfo->err)->target, 1);
}

// A warning says that data are missing or damaged, and grey areas would take their place. The other
// warnings are about bytes between the parts, or marks of programs, that do not change the pixels.
static void warn(j_common_ptr cinfo, int level) {
    int code = cinfo->err->msg_code;
    int is_harmless = code == JWRN_EXTRANEOUS_DATA || code == JWRN_ADOBE_XFORM ||
        code == JWRN_JFIF_MAJOR || code == JWRN_BOGUS_ICC;
    if (level < 0 && !is_harmless) fail(cinfo);
}

// Rows of cyan, magenta, yellow and black become red, green and blue, as in Pillow. Programs store
// these inks inverted: 255 is none.
static void mix(const JSAMPLE *inks, uint8_t *pixels, uint32_t width) {
    for (uint32_t pixel = 0; pixel < width; pixel++, inks += 4, pixels += 3) {
        uint32_t light = inks[3];
        for (int colour = 0; colour < 3; colour++) {
            uint32_t product = (255u - inks[colour]) * light + 128;
            pixels[colour] = (uint8_t)(light - (((product >> 8) + product) >> 8));
        }
    }
}

static int read_jpeg(
    const uint8_t *bytes, size_t count, uint32_t *width, uint32_t *height, uint8_t *pixels,
    char *message) {
    struct jpeg_decompress_struct cinfo;
    struct failure failure;
    message[0] = 0;
    memset(&cinfo, 0, sizeof cinfo);
    cinfo.err = jpeg_std_error(&failure.manager);
    failure.manager.error_exit = fail;
    failure.manager.emit_message = warn;
    failure.message = message;
    if (setjmp(failure.target)) {
        jpeg_destroy_decompress(&cinfo);
        return 0;
    }
    jpeg_create_decompress(&cinfo);
    jpeg_mem_src(&cinfo, bytes, count);
    jpeg_read_header(&cinfo, TRUE);
    if (pixels) {
        if (cinfo.image_width != *width || cinfo.image_height != *height) {
            jpeg_destroy_decompress(&cinfo);
            return 0;
        }
        int has_inks =
            cinfo.jpeg_color_space == JCS_CMYK || cinfo.jpeg_color_space == JCS_YCCK;
        cinfo.out_color_space = has_inks ? JCS_CMYK : JCS_RGB;
        cinfo.dct_method = JDCT_ISLOW;
        jpeg_start_decompress(&cinfo);
        // The row of inks belongs to cinfo, which frees it also after an error.
        JSAMPARRAY inks = has_inks
            ? cinfo.mem->alloc_sarray((j_common_ptr)&cinfo, JPOOL_IMAGE, *width * 4, 1)
            : NULL;
        while (cinfo.output_scanline < cinfo.output_height) {
            JSAMPROW row = pixels + (size_t)cinfo.output_scanline * *width * 3;
            if (has_inks) {
                if (jpeg_read_scanlines(&cinfo, inks, 1) == 1) mix(inks[0], row, *width);
            } else {
                jpeg_read_scanlines(&cinfo, &row, 1);
            }
        }
        jpeg_finish_decompress(&cinfo);
    } else {
        *width = cinfo.image_width;
        *height = cinfo.image_height;
    }
    jpeg_destroy_decompress(&cinfo);
    return 1;
}

int hyperfed_jpeg_size(
    const uint8_t *bytes, size_t count, uint32_t *width, uint32_t *height, char *message) {
    return read_jpeg(bytes, count, width, height, NULL, message);
}

int hyperfed_jpeg_pixels(
    const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, uint8_t *pixels,
    char *message) {
    return read_jpeg(bytes, count, &width, &height, pixels, message);
}
