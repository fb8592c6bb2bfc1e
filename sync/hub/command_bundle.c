/* Owns: bundles at the hub's command line. Invariant: a line of JSON for each, whatever became of
 * it; one that cannot be taken hinders no other. */
#include <stdio.h>
#include <stdlib.h>

#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/base/utf8.h"
#include "sync/hub/bundle.h"
#include "sync/hub/command.h"

static void say(const char *text)
{
    char clean[800];
    snprintf(clean, sizeof clean, "%s", text);
    utf8_trim(clean);
    utf8_clean(clean, clean);
    fprintf(stderr, "jiujin-hub: %s\n", clean);
}

static enum err import_one(struct hub *h, const struct stick *s, const char *name,
                           const char *answer)
{
    struct hub_bundle b;
    char text[800];
    enum err rc = hub_bundle_import(h, s, name, answer, &b);
    json_t *out = json_object();
    json_object_set_new(out, "ok", json_boolean(rc == ERR_OK));
    js_set_str(out, "file", b.file);
    js_set_str(out, "site", b.site[0] != 0 ? b.site : NULL);
    js_set_int(out, "epoch", b.epoch);
    js_set_int(out, "from", b.from);
    js_set_int(out, "last", b.last);
    js_set_int(out, "taken", b.taken);
    js_set_int(out, "ack", b.ack);
    js_set_int(out, "refused", b.refused);
    js_set_str(out, "answer", b.answer[0] != 0 ? b.answer : NULL);
    js_set_str(out, "error", rc != ERR_OK ? err_word(rc) : NULL);
    json_dumpf(out, stdout, JSON_COMPACT);
    putchar('\n');
    json_decref(out);
    if (rc != ERR_OK) {
        err_say(rc, text, sizeof text);
        say(text);
    } else if (b.taken == 0) {
        snprintf(text, sizeof text, _("%s: nothing new in it, all of it was here."), b.file);
        say(text);
    }
    return rc;
}

/* The last trouble is the command's; the others were said. */
static enum err import_all(struct hub *h, const struct stick *s)
{
    char(*names)[STICK_NAME];
    size_t n = hub_bundle_list(s, &names);
    enum err rc = n > 0 ? ERR_OK : err_set(ERR_BUNDLE, s->path, "%s", _("none is here"));
    for (size_t i = 0; i < n; i++) {
        enum err one = import_one(h, s, names[i], NULL);
        rc = one != ERR_OK ? one : rc;
    }
    free(names);
    return rc;
}

/* FILE, FILE.2, FILE.3 ...: as the village divided it. */
static enum err import_file(struct hub *h, const struct stick *s, const char *name)
{
    char next[STICK_NAME];
    int fd;
    const char *answer = hub_bundle_ours(name) ? NULL : name;
    enum err rc = import_one(h, s, name, answer);
    for (int k = 2; rc == ERR_OK && snprintf(next, sizeof next, "%s.%d", name, k) < STICK_NAME;
         k++) {
        if (stick_open_file(s, next, SIZE_MAX / 2, &fd) == ERR_NOT_FOUND)
            break;
        if (fd >= 0)
            fclose(fdopen(fd, "r"));
        rc = import_one(h, s, next, answer);
    }
    return rc;
}

enum err command_import(struct hub *h, const struct command_line *line)
{
    struct stick s;
    char name[STICK_NAME];
    enum err rc = stick_open_for(line->word[0], &s, name);
    if (rc == ERR_OK)
        rc = *name != 0 ? import_file(h, &s, name) : import_all(h, &s);
    stick_close(&s);
    return rc;
}
