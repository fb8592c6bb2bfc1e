/* Pictures for tests of what is printed: a small renderer of ESC/POS and of half blocks, and
 * decoders that are not ours (zbarimg, ZXingReader), run upon the picture. */
#ifndef TESTS_UNIT_PICTURE_H
#define TESTS_UNIT_PICTURE_H

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/file.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/utf8.h"

struct picture {
    int width, height;
    unsigned char *dark; /* width*height */
};

static inline void picture_fini(struct picture *p)
{
    free(p->dark);
}

static inline void picture_grow(struct picture *p, int rows)
{
    size_t old = (size_t)(p->width * p->height), new = (size_t)(p->width * (p->height + rows));
    p->dark = mem_grow(p->dark, new + 1);
    memset(p->dark + old, 0, new + 1 - old);
    p->height += rows;
}

/* Bytes of a command that only changes how text looks; 0: it is none. */
static inline size_t picture_look(const unsigned char *b, size_t left)
{
    static const char *const looks[] = {"\x1b"
                                        "a",
                                        "\x1b"
                                        "E",
                                        "\x1d!", "\x1c!"};
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
        if (left >= 3 && memcmp(b, looks[i], 2) == 0)
            return 3;
    return 0;
}

/* As a printer on paper of `width` dots with `edge` dots that it cannot print on at each side.
 * Understands ESC @, ESC d, ESC J, FS &, FS ., GS v 0, GS V, what changes the look of text, and
 * text (24 blank rows a line, whatever its size; its bytes go to `text`). Fails the test at
 * anything else: a control byte in a text would be such. */
static inline void picture_of_escpos(const unsigned char *b, size_t len, int width, int edge,
                                     struct picture *p, struct buf *text)
{
    *p = (struct picture){.width = width + 2 * edge};
    for (size_t i = 0; i < len;) {
        size_t left = len - i;
        if (b[i] == '\n' || b[i] >= 0x20) {
            buf_byte(text, b[i]);
            if (b[i++] == '\n')
                picture_grow(p, 24);
        } else if (left >= 2 && memcmp(b + i, "\x1b@", 2) == 0)
            i += 2;
        else if (left >= 2 && b[i] == 0x1c && (b[i + 1] == '&' || b[i + 1] == '.'))
            i += 2;
        else if (left >= 3 && memcmp(b + i,
                                     "\x1b"
                                     "d",
                                     2) == 0) {
            picture_grow(p, 24 * b[i + 2]);
            i += 3;
        } else if (picture_look(b + i, left) > 0)
            i += picture_look(b + i, left);
        else if (left >= 3 && memcmp(b + i, "\x1bJ", 2) == 0) {
            picture_grow(p, b[i + 2]);
            i += 3;
        } else if (left >= 4 && memcmp(b + i, "\x1dV\x42", 3) == 0)
            i += 4;
        else if (left >= 8 && memcmp(b + i, "\x1dv0\0", 4) == 0) {
            int bytes = get_u16(b + i + 4), rows = get_u16(b + i + 6), top = p->height;
            assert_true(bytes * 8 <= width);
            assert_true(left >= 8 + (size_t)(bytes * rows));
            picture_grow(p, rows);
            for (int y = 0; y < rows; y++)
                for (int x = 0; x < bytes * 8; x++)
                    p->dark[(top + y) * p->width + edge + x] =
                        b[i + 8 + (size_t)(y * bytes + x / 8)] >> (7 - x % 8) & 1;
            i += 8 + (size_t)(bytes * rows);
        } else
            fail_msg("byte %02x at %zu of %zu", b[i], i, len);
    }
}

/* Lines of half blocks as a terminal in reverse shows them, `dots` a module. */
static inline void picture_of_blocks(const char *s, int dots, struct picture *p)
{
    static const char *const glyphs[] = {" ", "▀", "▄", "█"};
    int x = 0;
    char *line = mem_strndup(s, strcspn(s, "\n"));
    *p = (struct picture){.width = utf8_width(line) * dots};
    free(line);
    while (*s != 0) {
        if (*s == '\n') {
            s++;
            x = 0;
            continue;
        }
        int g = 0;
        while (g < 4 && strncmp(s, glyphs[g], strlen(glyphs[g])) != 0)
            g++;
        assert_true(g < 4);
        if (x == 0)
            picture_grow(p, 2 * dots);
        for (int i = 0; i < 2 * dots * dots; i++) {
            int down = i / dots, at = (p->height - 2 * dots + down) * p->width + x + i % dots;
            p->dark[at] = (g >> (down >= dots)) & 1;
        }
        x += dots;
        s += strlen(glyphs[g]);
    }
}

/* Writes it as a greyscale map that both decoders read. */
static inline void picture_save(const struct picture *p, const char *path)
{
    struct buf b = BUF_INIT;
    buf_printf(&b, "P5\n%d %d\n255\n", p->width, p->height);
    for (int i = 0; i < p->width * p->height; i++)
        buf_byte(&b, p->dark[i] ? 0 : 255);
    assert_ok(file_write(path, b.data, b.len, 0600));
    buf_fini(&b);
}

/* What a program says about a file, without line ends. */
static inline void picture_ask(const char *const argv[], struct buf *said)
{
    int ends[2], status;
    unsigned char part[4096];
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        int nowhere = open("/dev/null", O_RDWR);
        dup2(nowhere, 0);
        dup2(ends[1], 1);
        dup2(nowhere, 2);
        execvp(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    close(ends[1]);
    for (ssize_t n; (n = read(ends[0], part, sizeof part)) > 0;)
        buf_add(said, part, (size_t)n);
    close(ends[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        fail_msg("%s is not installed", argv[0]);
    while (said->len > 0 && said->data[said->len - 1] == '\n')
        said->data[--said->len] = 0;
}

/* Both decoders must read exactly `digits`. */
static inline void picture_reads(const char *path, const char *digits)
{
    const char *const zbar[] = {"zbarimg",         "-q", "--raw", "-Sdisable",
                                "-Sqrcode.enable", path, NULL};
    const char *const zxing[] = {"ZXingReader", "-bytes", "-format", "QRCode", path, NULL};
    struct buf said = BUF_INIT;
    picture_ask(zbar, &said);
    assert_string_equal(buf_str(&said), digits);
    buf_clear(&said);
    picture_ask(zxing, &said);
    assert_string_equal(buf_str(&said), digits);
    buf_fini(&said);
}

#endif
