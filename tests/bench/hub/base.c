/* Owns: the server of a bench, and which store a hub has. Invariant: no server outlives base_stop
 * or this program. */
#include "tests/bench/hub/base.h"

#include <postgresql/libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "kiosk/base/mem.h"
#include "sync/hub/hub.h"
#include "tests/bench/hub/measure.h"
#include "tests/e2e/prog.h"

const char *const limit_tables[] = {"entry",         "person",    "visit",     "incident",
                                    "incident_step", "case_file", "case_step", "paper",
                                    "ledger_row",    "booking",   NULL};

static const char *kind = "SQLite";
static char *folder, reach[64]; /* the server's; "" where there is none */
static int databases;
static char files[96]; /* of the hub that was made last, beside its database */

static void stop_at_exit(void)
{
    base_stop();
}

static bool start_server(void)
{
    char *command, line[sizeof reach] = "";
    folder = prog_folder();
    command =
        mem_printf("bash tests/pgserver start %s shared_buffers=256MB max_wal_size=2GB", folder);
    FILE *p = popen(command, "r");
    bool said = p != NULL && fgets(line, sizeof line, p) != NULL;
    int status = p != NULL ? pclose(p) : -1;
    free(command);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
        return false;
    if (!said || status != 0) {
        fprintf(stderr, "the server did not start\n");
        exit(1);
    }
    snprintf(reach, sizeof reach, "%.*s", (int)strcspn(line, "\n"), line);
    atexit(stop_at_exit);
    return true;
}

bool base_start(const char *which)
{
    kind = which;
    return strcmp(kind, "SQLite") == 0 || start_server();
}

void base_stop(void)
{
    if (reach[0] != 0) {
        char *command = mem_printf("bash tests/pgserver stop %s", folder);
        if (system(command) != 0)
            fprintf(stderr, "the server did not stop\n");
        free(command);
    }
    if (folder != NULL)
        prog_folder_remove(folder);
    folder = NULL;
    reach[0] = 0;
}

const char *base_kind(void)
{
    return kind;
}

/* The first column of the answer, each row's handed over. */
static void ask_server(const char *sql, void (*row)(void *arg, const char *text), void *arg)
{
    char *info = mem_printf("%s dbname=postgres", reach);
    PGconn *c = PQconnectdb(info);
    PGresult *r = PQexec(c, sql);
    if (PQresultStatus(r) != PGRES_COMMAND_OK && PQresultStatus(r) != PGRES_TUPLES_OK) {
        fprintf(stderr, "%s: %s", sql, PQerrorMessage(c));
        exit(1);
    }
    for (int i = 0; row != NULL && i < PQntuples(r); i++)
        row(arg, PQgetvalue(r, i, 0));
    PQclear(r);
    PQfinish(c);
    free(info);
}

void base_hub(struct hubproc *h)
{
    hubproc_make(h);
    if (reach[0] == 0)
        return;
    char *sql = mem_printf("CREATE DATABASE bench%d", databases);
    ask_server(sql, NULL, NULL);
    free(sql);
    snprintf(h->store, sizeof h->store, "postgresql:%.50s dbname=bench%d", reach, databases++);
    snprintf(files, sizeof files, "%s/hub.db", h->dir);
    hub_db_files_at(files);
    setenv("JIUJIN_HUB_FILES", files, 1);
}

void base_hub_free(struct hubproc *h)
{
    if (reach[0] != 0) {
        char *sql = mem_printf("DROP DATABASE %s", strstr(h->store, "dbname=") + strlen("dbname="));
        ask_server(sql, NULL, NULL);
        free(sql);
    }
    hubproc_free(h);
}

static void add_cpu(void *arg, const char *pid)
{
    *(int64_t *)arg += measure_cpu_us((pid_t)atoi(pid));
}

int64_t base_cpu_us(void)
{
    int64_t us = 0;
    if (reach[0] != 0)
        ask_server("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()", add_cpu, &us);
    return us;
}

double base_limit(const struct hubproc *h, int64_t transactions, bool all)
{
    struct hub *made;
    struct hubproc to;
    int tables = 1;
    while (all && limit_tables[tables] != NULL)
        tables++;
    base_hub(&to);
    if (hub_open(to.store, &made) != ERR_OK)
        exit(1);
    hub_close(made);
    double rate = reach[0] == 0
                      ? limit_sqlite(h->store + strlen("sqlite:"), to.store + strlen("sqlite:"),
                                     transactions, tables)
                      : limit_postgresql(h->store + strlen("postgresql:"),
                                         to.store + strlen("postgresql:"), transactions, tables);
    base_hub_free(&to);
    return rate;
}
