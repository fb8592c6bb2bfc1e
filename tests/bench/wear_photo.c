/* Owns: what wear does to a print, one step after another, each on a plain field of greys.
 * Invariant: the same print, wear and seed give the same picture to the byte. */
#include "tests/unit/unit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/wear.h"

#define PAPER_GREY 255.0

/* --- chance ----------------------------------------------------------------------------------- */

static double chance(uint32_t *state) /* 0 <= x < 1 */
{
    *state = *state * 1664525u + 1013904223u;
    return (double)(*state >> 8) / (double)(1u << 24);
}

static double bell(uint32_t *state) /* about normal, deviation 1: four of them about their middle */
{
    double sum = -2;
    for (int i = 0; i < 4; i++)
        sum += chance(state);
    return sum * 1.7320508;
}

/* --- fields ----------------------------------------------------------------------------------- */

struct field {
    int w, h;
    double *v; /* 0 dark to 255 light */
};

static struct field field_new(int w, int h)
{
    struct field f = {w, h, mem_alloc((size_t)w * (size_t)h * sizeof(double))};
    for (int i = 0; i < w * h; i++)
        f.v[i] = PAPER_GREY;
    return f;
}

static inline double at(const struct field *f, int x, int y)
{
    return x < 0 || y < 0 || x >= f->w || y >= f->h ? PAPER_GREY : f->v[y * f->w + x];
}

static inline double between(const struct field *f, double x, double y)
{
    int x0 = (int)floor(x), y0 = (int)floor(y);
    double fx = x - x0, fy = y - y0;
    return (1 - fy) * ((1 - fx) * at(f, x0, y0) + fx * at(f, x0 + 1, y0)) +
           fy * ((1 - fx) * at(f, x0, y0 + 1) + fx * at(f, x0 + 1, y0 + 1));
}

/* --- the head and the paper ------------------------------------------------------------------- */

static void kill_columns(struct picture *p, int x, int side, int dead, uint32_t *state)
{
    for (; dead > 0; dead--) {
        int column = x + (int)(chance(state) * side);
        for (int y = 0; y < p->height; y++)
            p->dark[y * p->width + column] = 0;
    }
}

/* Specks and scratches, half of them white and half dark, until so much of the area is under them.
 * A speck is 2 to 7 dots wide, one in eight of them a scratch of up to 60 dots. */
static void damage(struct picture *p, int x, int y, int side, double part, uint32_t *state)
{
    double left = part * side * side;
    while (left > 0) {
        int w = 2 + (int)(chance(state) * 6), h = 2 + (int)(chance(state) * 6);
        if (chance(state) < 0.125)
            w = 20 + (int)(chance(state) * 40), h = 1;
        int px = x + (int)(chance(state) * (side - w)), py = y + (int)(chance(state) * (side - h));
        unsigned char ink = chance(state) < 0.5;
        for (int dy = 0; dy < h; dy++)
            memset(p->dark + (py + dy) * p->width + px, ink, (size_t)w);
        left -= w * h;
    }
}

static bool near_dark(const struct picture *p, int x, int y, double reach, int dx, int dy)
{
    return reach > 0 && x + dx >= 0 && y + dy >= 0 && x + dx < p->width && y + dy < p->height &&
           p->dark[(y + dy) * p->width + x + dx];
}

/* How much of dot (x, y) is dark when each dark dot grows by `gain` at each side. */
static double inked(const struct picture *p, int x, int y, double gain)
{
    bool own = p->dark[y * p->width + x] != 0;
    static const int sides[4][2] = {{-1, 0}, {1, 0}, {0, -1}, {0, 1}};
    double part = own ? 1 : 0;
    for (int i = 0; i < 4; i++) {
        bool dark = near_dark(p, x, y, 1, sides[i][0], sides[i][1]);
        if (gain > 0 && !own && dark)
            part += gain;
        if (gain < 0 && own && !dark)
            part += gain;
    }
    return part < 0 ? 0 : part > 1 ? 1 : part;
}

static struct field printed(const struct picture *p, double gain)
{
    struct field f = field_new(p->width * WEAR_PIXELS, p->height * WEAR_PIXELS);
    for (int y = 0; y < p->height; y++)
        for (int x = 0; x < p->width; x++) {
            double v = PAPER_GREY * (1 - inked(p, x, y, gain));
            for (int i = 0; i < WEAR_PIXELS * WEAR_PIXELS; i++)
                f.v[(y * WEAR_PIXELS + i / WEAR_PIXELS) * f.w + x * WEAR_PIXELS + i % WEAR_PIXELS] =
                    v;
        }
    return f;
}

/* --- the camera ------------------------------------------------------------------------------- */

static struct field turned(const struct field *f, double degrees)
{
    double a = degrees * 3.14159265358979 / 180, c = cos(a), s = sin(a);
    int w = (int)(f->w * fabs(c) + f->h * fabs(s)) + 2,
        h = (int)(f->w * fabs(s) + f->h * fabs(c)) + 2;
    struct field out = field_new(w, h);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            double dx = x - w / 2.0, dy = y - h / 2.0;
            out.v[y * w + x] =
                between(f, c * dx + s * dy + f->w / 2.0, c * dy - s * dx + f->h / 2.0);
        }
    return out;
}

/* Along the lines; the field comes out with its lines as columns, so that twice does both. */
static void blur_lines(struct field *f, const double *kernel, int reach)
{
    struct field out = field_new(f->h, f->w);
    double *line = mem_alloc((size_t)(f->w + 2 * reach) * sizeof *line);
    for (int y = 0; y < f->h; y++) {
        for (int x = 0; x < f->w + 2 * reach; x++)
            line[x] = at(f, x - reach, y);
        for (int x = 0; x < f->w; x++) {
            double sum = 0;
            for (int k = 0; k <= 2 * reach; k++)
                sum += kernel[k] * line[x + k];
            out.v[x * out.w + y] = sum;
        }
    }
    free(line);
    free(f->v);
    *f = out;
}

static void blur(struct field *f, double dots)
{
    double kernel[41], sum = 0, sigma = dots * WEAR_PIXELS;
    int reach = (int)ceil(3 * sigma);
    if (dots <= 0)
        return;
    for (int k = -reach; k <= reach; k++)
        sum += kernel[k + reach] = exp(-k * k / (2 * sigma * sigma));
    for (int k = 0; k <= 2 * reach; k++)
        kernel[k] /= sum;
    blur_lines(f, kernel, reach);
    blur_lines(f, kernel, reach);
}

static void expose(const struct field *f, const struct wear *w, uint32_t *state, struct grey *out)
{
    int dark = w->dark, light = w->light > 0 ? w->light : 255;
    *out = (struct grey){f->w, f->h, mem_alloc((size_t)f->w * (size_t)f->h)};
    for (int i = 0; i < f->w * f->h; i++) {
        double v = dark + (light - dark) * f->v[i] / 255 + w->noise * bell(state);
        out->grey[i] = (unsigned char)(v < 0 ? 0 : v > 255 ? 255 : v);
    }
}

void wear_photograph(const struct picture *p, int x, int y, int side, const struct wear *w,
                     uint32_t seed, struct grey *out)
{
    uint32_t state = seed * 2654435761u + 20220518u;
    struct picture worn = {p->width, p->height, mem_alloc((size_t)(p->width * p->height))};
    memcpy(worn.dark, p->dark, (size_t)(p->width * p->height));
    damage(&worn, x, y, side, w->damage, &state);
    kill_columns(&worn, x, side, w->dead, &state);
    struct field f = printed(&worn, w->gain);
    if (w->turn > 0) {
        struct field t = turned(&f, chance(&state) < 0.5 ? w->turn : -w->turn);
        free(f.v);
        f = t;
    }
    blur(&f, w->blur);
    expose(&f, w, &state, out);
    free(f.v);
    free(worn.dark);
}

void wear_save(const struct grey *g, const char *path)
{
    struct buf b = BUF_INIT;
    buf_printf(&b, "P5\n%d %d\n255\n", g->width, g->height);
    buf_add(&b, g->grey, (size_t)(g->width * g->height));
    assert_ok(file_write(path, b.data, b.len, 0600));
    buf_fini(&b);
}
