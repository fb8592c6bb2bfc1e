/* Owns: the table of carriers, and what they have to carry. Invariant: each is used as its own
 * manual says, tries again until all is there, and gives up on a silent line as ours does where it
 * has a setting for that. */
#include "tests/bench/sync/peers.h"

#include <stdio.h>
#include <stdlib.h>

#include "kiosk/base/mem.h"
#include "kiosk/desk/link.h"
#include "tests/bench/sync/radio.h"

#define SITE "310118999901"
#define NODE_HUB(script) "exec node $SYNC_HERE/" script " serve " RADIO_HUB " 8080"
#define UNTIL(command) "until " command "; do sleep 1; done"

/* One PUT of a file, stalls given up after 8 s. */
#define PUT_SEND                                                                                   \
    UNTIL("curl -sf -o $SYNC_DIR/answer -H Expect: --connect-timeout 15 -y 8 -Y 1"                 \
          " -T $SYNC_DIR/file $SYNC_HUB/file")
#define PUT_CHECK "[ \"$(curl -s $SYNC_HUB/size)\" = \"$(stat -c %s $SYNC_DIR/file)\" ]"

#define JIUJIN "$SYNC_BUILD/jiujin --dir $SYNC_DIR/site "
#define HUB "$SYNC_BUILD/jiujin-hub --store sqlite:$SYNC_DIR/hub.db "
#define JIUJIN_JOIN JIUJIN "enrol --plain $SYNC_HUB $(" HUB "site add " SITE " sample | head -n 1)"
/* A busy machine keeps a rule from the processor now and then: then a record is refused. */
#define JIUJIN_ADD                                                                                 \
    "{ " JIUJIN "add mixed <$SYNC_FROM/more.jsonl >$SYNC_DIR/answers ||"                           \
    " [ $(grep -c '\"ok\":true' $SYNC_DIR/answers) -gt $((SYNC_N * 99 / 100)) ]; }"
#define JIUJIN_SEND UNTIL(JIUJIN "sync --once")
#define JIUJIN_CHECK JIUJIN "show status | grep -q '\"last\":\\([0-9]*\\),\"acked\":\\1,'"

/* The site's journal is asked, as its screens ask it. */
static bool all_acked(const char *folder)
{
    char *path = mem_printf("%s/site/jiujin.db", folder);
    struct store *s = NULL;
    struct link_state link;
    bool ok = store_open(path, &store_kiosk_schema, STORE_READ, &s) == ERR_OK &&
              link_read(s, SITE, &link) == ERR_OK && link.acked == link.last;
    store_close(s);
    free(path);
    return ok;
}

const struct carrier peers[] = {
    {.name = "pouchdb",
     .what = "PouchDB to a CouchDB-protocol hub, 100 documents a batch",
     .serve = NODE_HUB("pouch.mjs"),
     .send = "exec node $SYNC_HERE/pouch.mjs send $SYNC_FROM/records.jsonl $SYNC_HUB/village 100",
     .check = "[ \"$(node $SYNC_HERE/pouch.mjs count $SYNC_HUB/village)\" = $SYNC_N ]"},
    {.name = "pouchdb sealed",
     .what = "the same with our entries as documents: head, and the sealed part in base64",
     .make = "$SYNC_SELF documents $SYNC_FROM/site 0 $SYNC_DIR/entries.jsonl",
     .serve = NODE_HUB("pouch.mjs"),
     .send = "exec node $SYNC_HERE/pouch.mjs send $SYNC_DIR/entries.jsonl $SYNC_HUB/village 100",
     .check = "[ \"$(node $SYNC_HERE/pouch.mjs count $SYNC_HUB/village)\" ="
              " $(wc -l <$SYNC_DIR/entries.jsonl) ]"},
    {.name = "post",
     .what = "one POST a record, on one connection",
     .serve = NODE_HUB("posts.mjs"),
     .send = "exec node $SYNC_HERE/posts.mjs send $SYNC_FROM/records.jsonl $SYNC_HUB",
     .check = "[ \"$(curl -s $SYNC_HUB/count)\" = $SYNC_N ]"},
    {.name = "rsync",
     .what = "rsync of the records' file, zstd -19",
     .make =
         "mkdir $SYNC_DIR/hub && printf '[v]\\npath=%s\\nread only=no\\nuse chroot=no\\nuid=root\\n"
         "gid=root\\n' $SYNC_DIR/hub >$SYNC_DIR/rsyncd.conf",
     .serve = "exec rsync --daemon --no-detach --config=$SYNC_DIR/rsyncd.conf --port=8080",
     .send = UNTIL("rsync -tz --zc=zstd --zl=19 --inplace --contimeout=15 --timeout=8"
                   " $SYNC_FROM/records.jsonl rsync://" RADIO_HUB ":8080/v/f"),
     .check = "cmp $SYNC_FROM/records.jsonl $SYNC_DIR/hub/f"},
    {.name = "fossil",
     .what = "fossil push of the records' file, one check-in",
     .make = "cd $SYNC_DIR && export USER=u && fossil new h.fossil --admin-user u &&"
             " fossil user password u pw -R h.fossil && fossil clone h.fossil k.fossil -A u &&"
             " mkdir w && cd w && fossil open ../k.fossil && fossil settings autosync off &&"
             " cp $SYNC_FROM/records.jsonl f && fossil add f &&"
             " fossil commit -m records --no-warnings --user-override u",
     .serve = "cd $SYNC_DIR && USER=u exec fossil server --port 8080 h.fossil",
     .send = "export USER=u; " UNTIL("fossil push http://u:pw@" RADIO_HUB
                                     ":8080/ -R $SYNC_DIR/k.fossil --once"),
     .check = "cd $SYNC_DIR && count() { USER=u fossil sql -R $1 'SELECT count(*) FROM blob WHERE"
              " size >= 0;'; } && [ $(count h.fossil) -ge $(count k.fossil) ]"},
    {.name = "put",
     .what = "one PUT of the records' file, zstd -19",
     .make = "$SYNC_SELF squeeze $SYNC_FROM/records.jsonl $SYNC_DIR/file",
     .serve = NODE_HUB("posts.mjs"),
     .send = PUT_SEND,
     .check = PUT_CHECK},
    {.name = "put sealed",
     .what = "one PUT of our entries in their frames, zstd -19, no history",
     .make = "$SYNC_SELF frames $SYNC_FROM/site 0 $SYNC_DIR/file",
     .serve = NODE_HUB("posts.mjs"),
     .send = PUT_SEND,
     .check = PUT_CHECK},
    {.name = "put sealed, known village",
     .what = "the same of what a village that has sent before entered since",
     .make = "cp -a $SYNC_FROM/warm $SYNC_DIR/site &&"
             " from=$(" JIUJIN "show status | sed 's/.*\"last\":\\([0-9]*\\).*/\\1/') &&" JIUJIN_ADD
             " &&"
             " $SYNC_SELF frames $SYNC_DIR/site $from $SYNC_DIR/file",
     .serve = NODE_HUB("posts.mjs"),
     .send = PUT_SEND,
     .check = PUT_CHECK},
    {.name = "jiujin",
     .what = "jiujin sync --once, a village's first sync",
     .make = "cp -a $SYNC_FROM/site $SYNC_DIR/site",
     .serve = "exec " HUB "serve --listen " RADIO_HUB ":8080",
     .join = JIUJIN_JOIN,
     .send = JIUJIN_SEND,
     .check = JIUJIN_CHECK,
     .settled = all_acked},
    {.name = "jiujin, known village",
     .what = "the same of what a village that has sent before entered since",
     .make = "cp -a $SYNC_FROM/warm $SYNC_DIR/site",
     .serve = "exec " HUB "serve --listen " RADIO_HUB ":8080",
     .join = JIUJIN_JOIN " && " JIUJIN "sync --once && " JIUJIN_ADD,
     .send = JIUJIN_SEND,
     .check = JIUJIN_CHECK,
     .settled = all_acked},
};
const size_t peers_count = sizeof peers / sizeof *peers;

void peers_prepare(const char *folder, int records)
{
    char *command = mem_printf(
        "set -e; mkdir %s/%d; cd %s/%d; gen=$SYNC_BUILD/tests/bench/gen; all=$((%d + %d));"
        " $gen 1 $all | head -n %d >records.jsonl; $gen 1 $all | head -n %d >before.jsonl;"
        " $gen 1 $all | tail -n %d >more.jsonl;"
        " enter() { $SYNC_BUILD/jiujin --dir $1 init --site " SITE " --name sample"
        " --policy epidemic-2022; $SYNC_BUILD/jiujin --dir $1 add mixed <$2 >answers ||"
        " [ $(grep -c '\"ok\":true' answers) -gt $(($(wc -l <$2) * 99 / 100)) ]; };"
        " { enter site records.jsonl; enter warm before.jsonl; } >log",
        folder, records, folder, records, PEERS_BEFORE, records, records, PEERS_BEFORE, records);
    if (system(command) != 0) {
        fprintf(stderr, "the records could not be entered: see %s/%d/log\n", folder, records);
        exit(1);
    }
    free(command);
}
