/* Owns: the evaluation of expressions that come as data.
 *
 * Two walls. The shape: the text is read token by token; facts become parameters (?1, ?2...), and
 * what could leave "SELECT ( here )" is refused: unbalanced brackets, ';', comments, quoted names,
 * parameters of one's own. The meaning: SQLite's authorizer allows one SELECT, no table, and the
 * functions of a short list, none of which makes something large out of something small.
 * Invariant: the connection has no table, so there is nothing to read or to write. */
#include "kiosk/rules/expr.h"

#include <ctype.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "kiosk/base/buf.h"
#include "kiosk/base/mem.h"
#include "kiosk/rules/exprfn.h"

#define SQL_LENGTH 4000   /* bytes of an expression */
#define BRACKETS 24       /* brackets within brackets */
#define STEPS_PER_LOOK 1  /* virtual machine steps between two looks at the clock */
#define STOP_MS 20        /* then it is stopped: what runs between two looks has the rest */
#define VALUE_LENGTH 8192 /* bytes of a text: longer ones make instr and LIKE slow */

struct expr {
    sqlite3_stmt *stmt;
    unsigned short *uses; /* indexes of the facts it names */
    size_t n_uses;
};

struct expr_set {
    sqlite3 *db;
    char **names;
    size_t n_names;
    struct expr *exprs;
    size_t n_exprs;
    json_t *also;            /* facts that no evaluation gives; NULL: none */
    int selects;             /* seen by the authorizer while preparing one expression */
    bool refused;            /* the authorizer said no */
    struct expr_limit limit; /* when an evaluation is stopped */
    bool together;           /* the limit is one for several evaluations */
};

static bool listed(const char *const *list, const char *name)
{
    for (; *list != NULL; list++)
        if (sqlite3_stricmp(*list, name) == 0)
            return true;
    return false;
}

static int authorize(void *to, int action, const char *one, const char *two, const char *three,
                     const char *four)
{
    static const char *const functions[] = {
        "abs",    "coalesce", "day",    "days",      "hours",  "ifnull",  "iif",    "instr",
        "length", "like",     "lower",  "max",       "min",    "nullif",  "picked", "round",
        "shaped", "sign",     "substr", "substring", "typeof", "unicode", "upper",  NULL};
    /* not trim: it takes the one length times the other */
    struct expr_set *set = to;
    (void)one;
    (void)three;
    (void)four;
    bool allowed = (action == SQLITE_SELECT && ++set->selects == 1) ||
                   (action == SQLITE_FUNCTION && two != NULL && listed(functions, two));
    set->refused = set->refused || !allowed;
    return allowed ? SQLITE_OK : SQLITE_DENY;
}

static int too_late(void *to)
{
    const struct expr_set *set = to;
    return expr_limit_over(&set->limit);
}

static void confine(struct expr_set *set)
{
    static const int limits[][2] = {
        {SQLITE_LIMIT_LENGTH, VALUE_LENGTH},
        {SQLITE_LIMIT_SQL_LENGTH, 4 * SQL_LENGTH},
        {SQLITE_LIMIT_COLUMN, 64},
        {SQLITE_LIMIT_EXPR_DEPTH, 60},
        {SQLITE_LIMIT_COMPOUND_SELECT, 1},
        {SQLITE_LIMIT_VDBE_OP, 2000},
        {SQLITE_LIMIT_FUNCTION_ARG, 16},
        {SQLITE_LIMIT_ATTACHED, 0},
        {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, EXPRFN_PATTERN},
        {SQLITE_LIMIT_TRIGGER_DEPTH, 0},
        {SQLITE_LIMIT_WORKER_THREADS, 0},
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
        sqlite3_limit(set->db, limits[i][0], limits[i][1]);
    sqlite3_db_config(set->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(set->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(set->db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
    sqlite3_db_config(set->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(set->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    sqlite3_set_authorizer(set->db, authorize, set);
    sqlite3_progress_handler(set->db, STEPS_PER_LOOK, too_late, set);
}

struct expr_set *expr_new(const char *const *names, size_t n)
{
    struct expr_set *set = mem_alloc(sizeof *set);
    if (sqlite3_open_v2(":memory:", &set->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, NULL) !=
        SQLITE_OK)
        abort(); /* no file is touched: only memory can be missing */
    sqlite3_db_config(set->db, SQLITE_DBCONFIG_LOOKASIDE, NULL, 0, 0);
    exprfn_install(set->db, &set->limit);
    confine(set);
    set->names = mem_alloc((n + 1) * sizeof *set->names);
    for (size_t i = 0; i < n; i++)
        set->names[i] = mem_strdup(names[i]);
    set->n_names = n;
    return set;
}

void expr_free(struct expr_set *set)
{
    if (set == NULL)
        return;
    for (size_t i = 0; i < set->n_exprs; i++) {
        sqlite3_finalize(set->exprs[i].stmt);
        free(set->exprs[i].uses);
    }
    free(set->exprs);
    sqlite3_close(set->db);
    for (size_t i = 0; i < set->n_names; i++)
        free(set->names[i]);
    free(set->names);
    json_decref(set->also);
    free(set);
}

void expr_also(struct expr_set *set, json_t *facts)
{
    json_decref(set->also);
    set->also = facts;
}

static void set_deadline(struct expr_set *set)
{
    if (!set->together)
        expr_limit_set(&set->limit, STOP_MS);
}

void expr_begin(struct expr_set *set)
{
    if (set == NULL)
        return;
    expr_limit_set(&set->limit, STOP_MS);
    set->together = true;
}

void expr_end(struct expr_set *set)
{
    if (set != NULL)
        set->together = false;
}

/* The text being rewritten. */
struct scan {
    struct expr_set *set;
    const char *p;
    const char *place;
    struct buf sql;
    struct expr *into;
    int brackets;
};

static int name_index(const struct expr_set *set, const char *name, size_t len)
{
    for (size_t i = 0; i < set->n_names; i++)
        if (strlen(set->names[i]) == len && memcmp(set->names[i], name, len) == 0)
            return (int)i;
    return -1;
}

static void note_use(struct expr *e, int index)
{
    for (size_t i = 0; i < e->n_uses; i++)
        if (e->uses[i] == index)
            return;
    e->uses = mem_grow(e->uses, (e->n_uses + 1) * sizeof *e->uses);
    e->uses[e->n_uses++] = (unsigned short)index;
}

static void scan_word(struct scan *s)
{
    size_t len = 0;
    while (isalnum((unsigned char)s->p[len]) || s->p[len] == '_')
        len++;
    /* what a bracket follows is a function, whatever the facts are called */
    bool call = s->p[len + strspn(s->p + len, " \n")] == '(';
    int index = call ? -1 : name_index(s->set, s->p, len);
    if (index >= 0) {
        buf_printf(&s->sql, "?%d", index + 1);
        note_use(s->into, index);
    } else {
        buf_add(&s->sql, s->p, len);
    }
    s->p += len;
}

static enum err scan_text(struct scan *s)
{
    const char *end = s->p;
    do {
        end = strchr(end + 1, '\'');
        if (end == NULL)
            return err_set(ERR_RULE, s->place, "a text does not end");
        end++;
    } while (*end == '\'');
    buf_add(&s->sql, s->p, (size_t)(end - s->p));
    s->p = end;
    return ERR_OK;
}

static enum err scan_sign(struct scan *s)
{
    char c = *s->p;
    bool comment = (c == '-' && s->p[1] == '-') || (c == '/' && s->p[1] == '*');
    if (comment || strchr("();,.+-*/%<>=!|&~ \t\n", c) == NULL || c == ';')
        return err_set(ERR_RULE_FORBIDDEN, s->place, "'%c' at byte %td", isprint(c) ? c : '?',
                       (ptrdiff_t)s->sql.len);
    s->brackets += (c == '(') - (c == ')');
    if (s->brackets < 0)
        return err_set(ERR_RULE_FORBIDDEN, s->place, "a bracket closes that was not open");
    if (s->brackets > BRACKETS)
        return err_set(ERR_RULE_FORBIDDEN, s->place, "more than %d brackets deep", BRACKETS);
    buf_byte(&s->sql, (unsigned char)c);
    s->p++;
    return ERR_OK;
}

static enum err scan_all(struct scan *s)
{
    enum err rc = ERR_OK;
    while (rc == ERR_OK && *s->p != 0) {
        if (isalpha((unsigned char)*s->p) || *s->p == '_') {
            scan_word(s);
        } else if (isdigit((unsigned char)*s->p)) {
            while (isalnum((unsigned char)*s->p) || *s->p == '.') /* 1e5, 0x1f, 37.3 */
                buf_byte(&s->sql, (unsigned char)*s->p++);
        } else if (*s->p == '\'') {
            rc = scan_text(s);
        } else {
            rc = scan_sign(s);
        }
    }
    if (rc == ERR_OK && s->brackets != 0)
        rc = err_set(ERR_RULE, s->place, "a bracket is not closed");
    return rc;
}

static enum err prepare(struct expr_set *set, const char *place, struct buf *sql, struct expr *e)
{
    const char *tail = NULL;
    buf_text(sql, ")");
    set->selects = 0;
    set->refused = false;
    set_deadline(set); /* preparing runs SQL of its own */
    int rc =
        sqlite3_prepare_v3(set->db, buf_str(sql), -1, SQLITE_PREPARE_PERSISTENT, &e->stmt, &tail);
    if (set->refused || rc == SQLITE_AUTH)
        return err_set(ERR_RULE_FORBIDDEN, place, "%s", sqlite3_errmsg(set->db));
    if (rc != SQLITE_OK)
        return err_set(ERR_RULE, place, "%s", sqlite3_errmsg(set->db));
    if (e->stmt == NULL || *tail != 0 || sqlite3_column_count(e->stmt) != 1 ||
        !sqlite3_stmt_readonly(e->stmt))
        return err_set(ERR_RULE_FORBIDDEN, place, "not one expression");
    return ERR_OK;
}

enum err expr_add(struct expr_set *set, const char *place, const char *sql, int *id)
{
    struct expr e = {0};
    struct scan s = {.set = set, .p = sql, .place = place, .sql = BUF_INIT, .into = &e};
    if (strlen(sql) > SQL_LENGTH)
        return err_set(ERR_TOO_LONG, place, "more than %d bytes", SQL_LENGTH);
    buf_text(&s.sql, "SELECT (");
    enum err rc = scan_all(&s);
    if (rc == ERR_OK)
        rc = prepare(set, place, &s.sql, &e);
    buf_fini(&s.sql);
    if (rc != ERR_OK) {
        sqlite3_finalize(e.stmt);
        free(e.uses);
        return rc;
    }
    set->exprs = mem_grow(set->exprs, (set->n_exprs + 1) * sizeof *set->exprs);
    set->exprs[set->n_exprs] = e;
    *id = (int)set->n_exprs++;
    return ERR_OK;
}

bool expr_uses(const struct expr_set *set, int id, const char *name)
{
    const struct expr *e = &set->exprs[id];
    for (size_t i = 0; i < e->n_uses; i++)
        if (strcmp(set->names[e->uses[i]], name) == 0)
            return true;
    return false;
}

/* ",floor,vents,": so that instr(areas, ',vents,') asks whether one was chosen. */
static int bind_list(sqlite3_stmt *stmt, int at, const json_t *list)
{
    struct buf text = BUF_INIT;
    size_t i;
    json_t *one;
    json_array_foreach(list, i, one)
    {
        buf_text(&text, i == 0 ? "," : "");
        buf_text(&text, json_is_string(one) ? json_string_value(one) : "x");
        buf_text(&text, ",");
    }
    int rc = sqlite3_bind_text(stmt, at, buf_str(&text), (int)text.len, SQLITE_TRANSIENT);
    buf_fini(&text);
    return rc;
}

static int bind_value(sqlite3_stmt *stmt, int at, const json_t *value)
{
    switch (value == NULL ? JSON_NULL : json_typeof(value)) {
    case JSON_TRUE:
    case JSON_FALSE: return sqlite3_bind_int(stmt, at, json_is_true(value));
    case JSON_INTEGER: return sqlite3_bind_int64(stmt, at, json_integer_value(value));
    case JSON_REAL: return sqlite3_bind_double(stmt, at, json_real_value(value));
    case JSON_STRING:
        return sqlite3_bind_text(stmt, at, json_string_value(value), (int)json_string_length(value),
                                 SQLITE_TRANSIENT);
    case JSON_ARRAY: return bind_list(stmt, at, value);
    case JSON_OBJECT: return sqlite3_bind_int(stmt, at, 1);
    default: return sqlite3_bind_null(stmt, at);
    }
}

static json_t *result(sqlite3_stmt *stmt)
{
    switch (sqlite3_column_type(stmt, 0)) {
    case SQLITE_INTEGER: return json_integer(sqlite3_column_int64(stmt, 0));
    case SQLITE_FLOAT: return json_real(sqlite3_column_double(stmt, 0));
    case SQLITE_TEXT: return json_string((const char *)sqlite3_column_text(stmt, 0));
    default: return json_null();
    }
}

static const json_t *fact_of(const struct expr_set *set, const json_t *facts, const char *name)
{
    const json_t *fact = json_object_get(facts, name);
    return fact != NULL ? fact : json_object_get(set->also, name);
}

enum err expr_eval(struct expr_set *set, int id, const json_t *facts, json_t **out)
{
    *out = NULL;
    if (id < 0 || (size_t)id >= set->n_exprs)
        return err_set(ERR_INTERNAL, NULL, "no expression %d", id);
    const struct expr *e = &set->exprs[id];
    int rc = SQLITE_OK;
    for (size_t i = 0; i < e->n_uses && rc == SQLITE_OK; i++)
        rc = bind_value(e->stmt, e->uses[i] + 1, fact_of(set, facts, set->names[e->uses[i]]));
    set_deadline(set);
    if (rc == SQLITE_OK && (rc = sqlite3_step(e->stmt)) == SQLITE_ROW)
        *out = result(e->stmt);
    enum err code = *out != NULL ? ERR_OK
                    : rc == SQLITE_INTERRUPT
                        ? err_set(ERR_RULE_SLOW, NULL, "more than %d ms", EXPR_LIMIT_MS)
                        : err_set(ERR_RULE, NULL, "%s", sqlite3_errstr(rc));
    sqlite3_reset(e->stmt);
    sqlite3_clear_bindings(e->stmt); /* no facts stay behind */
    return code;
}

enum err expr_true(struct expr_set *set, int id, const json_t *facts, bool *out)
{
    json_t *value;
    enum err rc = expr_eval(set, id, facts, &value);
    if (rc != ERR_OK)
        return rc;
    *out = json_is_integer(value) ? json_integer_value(value) != 0
                                  : json_is_real(value) && json_real_value(value) != 0.0;
    json_decref(value);
    return ERR_OK;
}
