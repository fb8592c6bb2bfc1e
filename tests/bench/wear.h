/* A printed symbol as it looks when it has been worn and photographed. Everything follows from the
 * seed. Lengths are in dots of the print head; the picture has WEAR_PIXELS pixels a dot. */
#ifndef TESTS_BENCH_WEAR_H
#define TESTS_BENCH_WEAR_H

#include <stdint.h>

#include "tests/unit/picture.h"

#define WEAR_PIXELS 2

struct wear {
    const char *name;
    double blur;     /* standard deviation of the blur */
    int dead;        /* columns of dots that the head no longer prints */
    double gain;     /* by so much each dark dot grows at each side; under 0: shrinks */
    double turn;     /* degrees, to one side or the other */
    double damage;   /* part of the symbol's area under specks and scratches */
    int dark, light; /* grey of print and paper, of 255; 0, 0: 0 and 255 */
    double noise;    /* standard deviation of the camera's grain, in greys */
};

struct grey { /* a photograph */
    int width, height;
    unsigned char *grey; /* owned: free */
};

/* The print `p`, whose symbol lies in the square (x, y, side), photographed. */
void wear_photograph(const struct picture *p, int x, int y, int side, const struct wear *w,
                     uint32_t seed, struct grey *out);
void wear_save(const struct grey *g, const char *path);

#endif
