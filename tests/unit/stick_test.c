/* A USB stick's folder: which are found, which names are opened, how files come to be on it. */
#include "tests/unit/unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kiosk/base/file.h"
#include "kiosk/base/mem.h"
#include "kiosk/base/stick.h"
#include "sync/hub/bundle.h"
#include "sync/wire/bundle.h"

static char stick_dir[64];
static struct stick stick;

static int setup(void **state)
{
    (void)state;
    snprintf(stick_dir, sizeof stick_dir, "%s/jiujin-stick-XXXXXX", unit_tmp());
    return secret_init() == ERR_OK && mkdtemp(stick_dir) != NULL &&
                   stick_open(stick_dir, &stick) == ERR_OK
               ? 0
               : -1;
}

static int teardown(void **state)
{
    (void)state;
    DIR *d = opendir(stick_dir);
    for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;)
        if (e->d_name[0] != '.')
            unlinkat(stick.fd, e->d_name, 0);
    if (d != NULL)
        closedir(d);
    stick_close(&stick);
    return remove(stick_dir);
}

static void put_name(const char *name, const void *bytes, size_t len)
{
    struct stick_file f;
    assert_ok(stick_begin(&stick, &f));
    assert_ok(stick_write(&f, bytes, len));
    assert_ok(stick_end(&f, name));
}

static void only_our_own_names_are_opened(void **state)
{
    (void)state;
    static const char *const bad[] = {"jiujin-310118101201-1-1.jjb",
                                      "jiujin-310118101201-1-0000000001.jjb.exe",
                                      "jiujin-310118101201-01-0000000001.jjb",
                                      "jiujin-31011810120a-1-0000000001.jjb",
                                      "jiujin-310118101201--1-0000000001.jjb",
                                      "jiujin-310118101201-1-0000000000.jjb",
                                      " jiujin-310118101201-1-0000000001.jjb",
                                      "jiujin-310118101201-1-+000000001.jjb",
                                      "\xe2\x80\xae"
                                      "bjj.1-1",
                                      "\x1b[31m.jjb",
                                      ""};
    char(*names)[STICK_NAME];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_false(wire_bundle_is_name(bad[i]));
        if (*bad[i] != 0)
            put_name(bad[i], "x", 1);
    }
    assert_int_equal(hub_bundle_list(&stick, &names), 0);
    free(names);
    assert_true(wire_bundle_is_name("jiujin-310118101201-1-0000000001.jjb"));
}

static void nothing_half_written_has_a_name_and_what_was_left_over_goes(void **state)
{
    (void)state;
    struct stick_file f;
    put_name("jiujin-new-0123", "x", 1);
    assert_ok(stick_begin(&stick, &f));
    assert_int_not_equal(faccessat(stick.fd, "jiujin-new-0123", F_OK, 0), 0);
    assert_ok(stick_write(&f, "abc", 3));
    assert_int_not_equal(faccessat(stick.fd, "name", F_OK, 0), 0);
    assert_ok(stick_end(&f, "name"));
    assert_int_equal(faccessat(stick.fd, "name", F_OK, 0), 0);
    mkdirat(stick.fd, "folder", 0700);
    assert_ok(stick_begin(&stick, &f));
    assert_err(ERR_STICK_FILE, stick_end(&f, "folder"));
    assert_int_not_equal(faccessat(stick.fd, f.tmp, F_OK, 0), 0);
    unlinkat(stick.fd, "folder", AT_REMOVEDIR);
    struct stick gone;
    assert_err(ERR_STICK, stick_open("/nowhere/at/all", &gone));
}

static void a_full_stick_and_one_that_may_not_be_written_say_so(void **state)
{
    (void)state;
    struct stick_file f = {.fd = open("/dev/full", O_WRONLY | O_CLOEXEC)};
    struct stick s;
    assert_int_equal(setup(state), 0);
    f.stick = &stick;
    snprintf(f.tmp, sizeof f.tmp, "jiujin-new-x");
    assert_err(ERR_STICK_FULL, stick_write(&f, "abc", 3));
    assert_int_equal(f.fd, -1);
    assert_int_equal(teardown(state), 0);
    assert_ok(stick_open("/proc/self", &s)); /* where nobody makes a file, not even root */
    enum err rc = stick_begin(&s, &f);
    assert_true(rc == ERR_STICK_READ_ONLY || rc == ERR_NOT_FOUND);
    stick_close(&s);
}

/* --- which sticks are here -----------------------------------------------------------------------
 */

static void put_sys(const char *dir, const char *path, const char *text)
{
    char *full = mem_printf("%s/%s", dir, path), *slash = strrchr(full, '/');
    *slash = 0;
    assert_ok(file_folder(full));
    *slash = '/';
    assert_ok(file_write(full, text, strlen(text), 0600));
    free(full);
}

static void a_mounted_stick_is_found_and_no_disk_of_the_machine(void **state)
{
    (void)state;
    char dir[64], mounts[1200];
    struct stick_place found[STICK_PLACES];
    snprintf(dir, sizeof dir, "%s/jiujin-sys-XXXXXX", unit_tmp());
    assert_non_null(mkdtemp(dir));
    put_sys(dir, "devices/ata/sda/removable", "0\n");
    put_sys(dir, "devices/ata/sda/sda1/partition", "1\n");
    put_sys(dir, "devices/mmc/sdb/removable", "1\n");
    put_sys(dir, "devices/mmc/sdb/sdb1/partition", "1\n");
    put_sys(dir, "devices/usb1/sdc/removable", "0\n"); /* a big one calls itself fixed */
    put_sys(dir, "dev/block/x", "");
    static const char *const links[][2] = {
        {"8:1", "ata/sda/sda1"}, {"8:17", "mmc/sdb/sdb1"}, {"8:32", "usb1/sdc"}};
    for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
        char *from = mem_printf("%s/dev/block/%s", dir, links[i][0]);
        char *to = mem_printf("%s/devices/%s", dir, links[i][1]);
        assert_int_equal(symlink(to, from), 0);
        free(from);
        free(to);
    }
    snprintf(mounts, sizeof mounts,
             "20 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n"
             "21 20 8:1 /home /home rw - ext4 /dev/sda1 rw\n"
             "22 20 0:5 / /proc rw - proc proc rw\n"
             "23 20 8:17 / %s/my\\040stick ro,nosuid shared:1 - vfat /dev/sdb1 ro\n"
             "24 20 8:17 /sub /mnt/bind rw - vfat /dev/sdb1 rw\n"
             "25 20 8:32 / %s rw,nosuid - exfat /dev/sdc rw\n"
             "nonsense\n\n26 20 9:9 / /media/gone rw - vfat /dev/sdz rw",
             dir, dir);
    assert_int_equal(stick_find_in(mounts, dir, found), 2);
    char *blank = mem_printf("%s/my stick", dir);
    assert_string_equal(found[0].path, blank);
    assert_true(found[0].read_only);
    assert_string_equal(found[1].path, dir);
    assert_false(found[1].read_only);
    assert_true(found[1].room > 0);
    memcpy(mounts + 5, "8:32", 4); /* "20 1 8:32 / /": the machine itself runs from it */
    snprintf(mounts, sizeof mounts,
             "20 1 8:32 / / rw - ext4 /dev/sdc rw\n25 20 8:32 / %s rw - x y rw", dir);
    assert_int_equal(stick_find_in(mounts, dir, found), 0);
    setenv("JIUJIN_STICK", "/nowhere:/tmp", 1);
    assert_int_equal(stick_find(found), 1);
    unsetenv("JIUJIN_STICK");
    free(blank);
    char *rm = mem_printf("rm -rf '%s'", dir);
    assert_int_equal(system(rm), 0);
    free(rm);
}

int main(void)
{
#define BOTH(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
    const struct CMUnitTest tests[] = {
        BOTH(only_our_own_names_are_opened),
        BOTH(nothing_half_written_has_a_name_and_what_was_left_over_goes),
        cmocka_unit_test(a_full_stick_and_one_that_may_not_be_written_say_so),
        cmocka_unit_test(a_mounted_stick_is_found_and_no_disk_of_the_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
