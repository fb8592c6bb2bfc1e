/* Every ledger that the town asks for has a definition, and every column of it is there: under its
 * own name, under another, or, where it is not, for a reason that stands here. */
#include "tests/unit/unit.h"

#include <stdio.h>

#include "kiosk/base/asset.h"
#include "kiosk/base/file.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "kiosk/rules/form.h"

#define EACH "*"
#define ROW "every row has it by itself: number, time, who entered it"
#define SITE "every ledger is of one site, named over its head"
#define PAPER "it is signed on paper: the printed document has the line"
#define ASKED "nobody at the desk is asked for it: the entry that feeds the ledger does not know it"

static const struct {
    const char *ledger, *column;
    const char *field; /* NULL: it is not there */
    const char *why;
} columns[] = {
    {EACH, "no", NULL, ROW},
    {EACH, "site", NULL, SITE},
    {EACH, "date", NULL, ROW},
    {EACH, "time", NULL, ROW},
    {EACH, "operator", NULL, ROW},
    {EACH, "case_no", "number", NULL},
    {"L01", "time_in", NULL, ROW},
    {"L01", "code_colour", "health_code", NULL},
    {"L01", "venue_scan", "venue_code", NULL},
    {"L01", "test_time", "test_at", NULL},
    {"L01", "test_age_h", "test_age", NULL},
    {"L01", "route", "outcome", NULL},
    {"L01", "time_out", NULL, "nobody checks out at the door"},
    {"L02", "sign_in", NULL, ROW},
    {"L02", "venue_scan", "venue_code", NULL},
    {"L02", "code_colour", "health_code", NULL},
    {"L02", "test_time", "test_at", NULL},
    {"L02", "test_age_h", "test_age", NULL},
    {"L03", "conc", "concentration", NULL},
    {"L03", "contact_min", "minutes", NULL},
    {"L03", "executor", "done_by", NULL},
    {"L03", "checker", "checked_by", NULL},
    {"L04", "dir", "direction", NULL},
    {"L04", "qty", "quantity", NULL},
    {"L04", "balance", NULL, "the running balance stands beside each row"},
    {"L05", "qty", "quantity", NULL},
    {"L05", "treat", "treatment", NULL},
    {"L06", "found_at", NULL, ROW},
    {"L06", "kind", "cause_name", NULL},
    {"L06", "person_type", NULL, "a member of staff is a cause of its own"},
    {"L06", "iso_in", "since", NULL},
    {"L06", "inquiry", "note", NULL},
    {"L06", "t_leader", "leader_told", NULL},
    {"L06", "leader", "leader_told_to", NULL},
    {"L06", "t_town", "town_told", NULL},
    {"L06", "means", "town_told_by", NULL},
    {"L06", "t_group", "district_told", NULL},
    {"L06", "outcome", "state", NULL},
    {"L06", "verifier", NULL, "who verified is the town office that was told"},
    {"L06", "iso_out", "freed", NULL},
    {"L06", "handover", "handed_over_to", NULL},
    {"L06", "remark", "note", NULL},
    {"L07", "sent_at", NULL, ROW},
    {"L07", "person", "to", NULL},
    {"L07", "means", "by", NULL},
    {"L07", "content", "cause", NULL},
    {"L07", "remark", "note", NULL},
    {"L08", "date", "day", NULL},
    {"L08", "disinfect", "disinfection", NULL},
    {"L08", "remark", "late", "what a report says of itself is its revision and its late entries"},
    {"L09", "t_in", "since", NULL},
    {"L09", "reason", "cause_name", NULL},
    {"L09", "t_out", "freed", NULL},
    {"L09", "to", "handed_over_to", NULL},
    {"L10", "opened", NULL, ROW},
    {"L10", "first_clerk", NULL, ROW},
    {"L10", "agent", "agent_name", NULL},
    {"L10", "promise", "due", NULL},
    {"L10", "status", "state", NULL},
    {"L10", "handed", "batch", NULL},
    {"L10", "signed", "receiver", NULL},
    {"L10", "satisfied", "grade", NULL},
    {"L10", "remark", NULL, "a case's notes are its messages"},
    {"L11", "principal", "name", NULL},
    {"L11", "principal_id", "id_no", NULL},
    {"L11", "principal_tel", "phone", NULL},
    {"L11", "agent", "agent_name", NULL},
    {"L11", "agent_id", "agent_id_no", NULL},
    {"L11", "matter", "item", NULL},
    {"L11", "scope", NULL, PAPER},
    {"L11", "from", NULL, ROW},
    {"L11", "to", "until", NULL},
    {"L11", "truth", NULL, PAPER},
    {"L11", "sign_p", NULL, PAPER},
    {"L11", "sign_a", NULL, PAPER},
    {"L11", "sign_date", NULL, PAPER},
    {"L12", "material", "paper_name", NULL},
    {"L12", "form", "state", NULL},
    {"L12", "copies", NULL, ASKED},
    {"L12", "pages", NULL, ASKED},
    {"L12", "due", "until", NULL},
    {"L12", "signed", NULL, PAPER},
    {"L13", "apply_date", NULL, ROW},
    {"L13", "missing", "missing_names", NULL},
    {"L13", "basis", NULL, PAPER},
    {"L13", "consult", NULL, PAPER},
    {"L13", "complaint", NULL, PAPER},
    {"L13", "signed", NULL, PAPER},
    {"L13", "signed_at", NULL, PAPER},
    {"L14", "missing", "paper_name", NULL},
    {"L14", "how", NULL, ASKED},
    {"L14", "due", "until", NULL},
    {"L14", "late", NULL, PAPER},
    {"L14", "signed", NULL, PAPER},
    {"L15", "via", "by", NULL},
    {"L15", "slot_date", "from", NULL},
    {"L15", "slot", "to", NULL},
    {"L15", "arrived", NULL, "that it was kept is its state; when is in the queue"},
    {"L15", "remark", NULL, ASKED},
    {"L16", "batch", "number", NULL},
    {"L16", "to", NULL, "there is one sub-centre: the hub that the site has joined"},
    {"L16", "sent", NULL, ROW},
    {"L16", "cases", "case_count", NULL},
    {"L16", "sheets", "paper_count", NULL},
    {"L17", "date", "day", NULL},
    {"L17", "shift", NULL, "a post is given for a whole day"},
    {"L17", "leader", "holder", NULL},
    {"L17", "leader_tel", "phone", NULL},
    {"L17", "staff", "holder", NULL},
    {"L17", "backup", NULL, "a row of its own: the post is given anew"},
    {"L17", "handover", NULL, "a handover is an entry of its own"},
    {"L18", "post", "post_name", NULL},
    {"L19", "device", "working", NULL},
    {"L19", "dev_no", "number", NULL},
    {"L19", "ok", "faulty", NULL},
    {"L20", "time", NULL, ROW},
    {"L20", "rating", "grade", NULL},
    {"L20", "dim", NULL, ASKED},
    {"L20", "text", "reason", NULL},
    {"L20", "via", NULL, ASKED},
    {"L20", "named", NULL, ASKED},
    {"L20", "handled", NULL, "what followed is a complaint of its own"},
    {"L20", "revisit", NULL, "what followed is a complaint of its own"},
    {"L21", "q", "question", NULL},
    {"L21", "a", "answer", NULL},
    {"L21", "by", "guide", NULL},
    {"L22", "form", "means", NULL},
    {"L22", "count", "people", NULL},
    {"L23", "window", "scope", NULL},
    {"L23", "from", NULL, ROW},
    {"L23", "decided", "answers", NULL},
    {"L23", "reported", NULL, "it is sent express by itself"},
    {"L23", "open_cases", NULL, "open cases stay open: they are listed with their cases"},
    {"L23", "rebooked", NULL, "each booking that was moved has its own row in the bookings"},
    {"L23", "to", "ended", NULL},
    {"L23", "basis", "ended_reason", NULL},
    {"L24", "by", NULL, ROW},
    {"L24", "ok", "approver", NULL},
    {"L25", "declare", "declared", NULL},
    {"L26", "way", "channel", NULL},
};

static struct form *by_code(const char *code)
{
    const struct asset *a;
    for (size_t i = 0; (a = asset_at("forms/", i)) != NULL; i++) {
        json_t *json = NULL;
        struct form *f = NULL;
        assert_ok(js_parse(a->data, a->len, a->name, &json));
        if (js_str(json, "code") != NULL && strcmp(js_str(json, "code"), code) == 0)
            assert_ok(form_parse(json, a->name, &f));
        json_decref(json);
        if (f != NULL)
            return f;
    }
    fail_msg("no definition of %s", code);
    return NULL;
}

/* The field's own name first, then the row of that ledger, then the row of each. */
static void check_column(const struct form *f, const char *column)
{
    const char *scopes[] = {f->code, EACH};
    if (form_field(f, column) != NULL)
        return;
    for (size_t s = 0; s < 2; s++)
        for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
            if (strcmp(columns[i].ledger, scopes[s]) != 0 || strcmp(columns[i].column, column) != 0)
                continue;
            if (columns[i].field != NULL && form_field(f, columns[i].field) == NULL)
                fail_msg("%s has no field '%s' for the column '%s'", f->id, columns[i].field,
                         column);
            if (columns[i].field == NULL && (columns[i].why == NULL || *columns[i].why == 0))
                fail_msg("%s: the column '%s' is missing without a reason", f->id, column);
            return;
        }
    fail_msg("%s (%s) has no column '%s', and no reason is given", f->id, f->code, column);
}

static void every_column_of_the_26_ledgers_is_there_or_its_absence_explained(void **state)
{
    size_t i, k, n = 0;
    json_t *all = NULL, *ledger, *column;
    (void)state;
    assert_ok(js_load("tests/unit/ledger_columns.json", &all));
    assert_int_equal(json_array_size(all), 26);
    json_array_foreach(all, i, ledger)
    {
        struct form *f = by_code(js_str(ledger, "id"));
        assert_string_equal(f->kind, "ledger");
        json_array_foreach(js_get(ledger, "columns"), k, column)
        {
            check_column(f, json_string_value(column));
            n++;
        }
        form_free(f);
    }
    assert_int_equal(n, 325);
    json_decref(all);
}

static void a_ledger_that_nobody_types_into_is_fed(void **state)
{
    (void)state;
    const struct asset *a;
    for (size_t i = 0; (a = asset_at("forms/", i)) != NULL; i++) {
        json_t *json = NULL;
        struct form *f = NULL;
        assert_ok(js_parse(a->data, a->len, a->name, &json));
        assert_ok(form_parse(json, a->name, &f));
        bool fed = json_array_size(js_get(json, "feeds")) > 0;
        if (!f->by_hand && !fed)
            fail_msg("%s is filled by nothing", f->id);
        if (strcmp(f->kind, "ledger") == 0 && js_get(json, "basis") == NULL)
            fail_msg("%s does not say what it rests on", f->id);
        form_free(f);
        json_decref(json);
    }
}

int main(void)
{
    lang_init("en");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_column_of_the_26_ledgers_is_there_or_its_absence_explained),
        cmocka_unit_test(a_ledger_that_nobody_types_into_is_fed),
    };
    return cmocka_run_group_tests_name("ledger_columns", tests, NULL, NULL);
}
