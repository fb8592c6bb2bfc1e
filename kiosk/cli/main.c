/* Owns: the table of commands, and the one way from the words typed to the exit status. */
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "kiosk/base/lang.h"
#include "kiosk/cli/cli.h"

const struct command command_table[] = {
    {NULL, "", 0, 0, NEEDS_SITE, NULL, desk_run, N_("the screens")},
    {"init", "--site CODE12 --name NAME", 0, 0, 0, init_options, init_run,
     N_("makes a new site in the folder")},
    {"add", "WHAT", 1, 1, NEEDS_CLERK, NULL, add_run,
     N_("records from standard input, one JSON object a line")},
    {"triage", "", 0, 0, 0, NULL, triage_run,
     N_("decides over facts from standard input, without recording")},
    {"show", "WHAT", 1, 1, NEEDS_SITE, show_options, show_run, N_("records as JSON lines")},
    {"case", "ID [STEP [WORD ...]]", 1, CLI_ARGS, NEEDS_CLERK, case_options, case_run,
     N_("one case whole; with STEP, takes that step")},
    {"print", "DOCUMENT [ID]", 1, 2, NEEDS_CLERK, print_options, print_run,
     N_("slip, receipt, notice, pledge, courier, ticket, placard, poster, report, test: on paper "
        "or as a "
        "file")},
    {"document", "DOCUMENT ID", 1, 2, NEEDS_CLERK, print_options, print_run,
     N_("the same as print")},
    {"slip", "CASE", 1, 1, NEEDS_CLERK, slip_options, slip_run, N_("the slip of a case")},
    {"ticket", "SERVICE", 1, 1, NEEDS_CLERK, ticket_options, ticket_run,
     N_("a number in the queue: window, self, online...")},
    {"printer", "[list | set ADDRESS|none | test | jobs | again JOB | cancel JOB]", 0, 2,
     NEEDS_SITE, printer_options, printer_run_command,
     N_("the printers of this machine and what they were given")},
    {"print-job", "JOB", 1, 1, NEEDS_SITE, NULL, print_job_run, NULL},
    {"poster", "", 0, 0, NEEDS_SITE, poster_options, poster_run,
     N_("the site's venue code as a page to hang up")},
    {"ledger", "ID", 1, 1, NEEDS_CLERK, ledger_options, ledger_run,
     N_("a ledger as a file, or an old one from a file")},
    {"report", "DATE", 1, 1, NEEDS_SITE, report_options, report_run,
     N_("the report of a day, and its signature")},
    {"form", "list | show ID[@VERSION] | check F.json | add F.json | import F.xlsx", 1, 2, 0,
     form_options, form_run, N_("the definitions of forms and ledgers")},
    {"clerk", "list | add NAME ROLE | reset NAME", 1, 3, NEEDS_CLERK, NULL, clerk_run,
     N_("who may sign in")},
    {"reader", "NAME | list | devices | set NAME DEVICE WAY:ADDRESS", 1, 4, NEEDS_SITE, NULL,
     reader_run_command,
     N_("the readers of this terminal: devices that say what they read, scanners")},
    {"enrol", "URL CODE", 2, 2, 0, enrol_options, enrol_run,
     N_("joins a hub; with --site, as a new machine for a site that exists")},
    {"sync", "[status]", 0, 1, NEEDS_SITE, sync_options, sync_run,
     N_("sends to the hub and takes orders")},
    {"bundle", "out | in | list [FILE|FOLDER]", 1, 2, NEEDS_SITE, bundle_options, bundle_run,
     N_("what has not arrived onto a USB stick; the sub-centre's answer from it")},
    {"ack", "", 0, 0, NEEDS_SITE, NULL, ack_run,
     N_("takes an acknowledgement on paper from standard input, as a scanner types it")},
    {"verify", "", 0, 0, NEEDS_SITE, NULL, verify_run,
     N_("checks the hash chain, the numbering and the tables")},
    {"rebuild", "", 0, 0, NEEDS_SITE, NULL, rebuild_run, N_("makes the tables anew")},
    {"doctor", "", 0, 0, 0, NULL, doctor_run, N_("what is wrong here, and what to do")},
    {NULL, NULL, 0, 0, 0, NULL, NULL, NULL},
};

static enum err check_words(const struct cli *c)
{
    if (c->n_args < c->command->least)
        return err_set(ERR_USAGE, c->command->name, "%s: %s", _("a word is missing"),
                       c->command->args);
    return ERR_OK;
}

/* A record is written with what its clerk may read: nobody else on the machine reads it. */
static void prepare(void)
{
    umask(077);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* over a file limit writes fail like on a full disk */
}

static enum err run(struct cli *c)
{
    if (option_given(c, "version")) {
        out_line("jiujin " JIUJIN_VERSION);
        return ERR_OK;
    }
    if (option_given(c, "help")) {
        help_command(c->command);
        return ERR_OK;
    }
    enum err rc = check_words(c);
    if (rc == ERR_OK)
        rc = secret_init();
    if (rc == ERR_OK)
        rc = sign_open(c, c->command->needs);
    if (rc == ERR_OK)
        rc = c->command->run(c);
    if (c->site != NULL)
        site_close(c->site);
    return rc;
}

/* The language must be known before the first complaint about the words. */
static int choose_language(int argc, char **argv)
{
    const char *want = NULL;
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "--lang=", 7) == 0)
            want = argv[i] + 7;
        else if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
            want = argv[i + 1];
    }
    if (lang_init(want) == 0)
        return 0;
    lang_init(NULL);
    return out_reason(err_set(ERR_USAGE, "--lang", "zh_CN, en"));
}

int main(int argc, char **argv)
{
    struct cli c = {0};
    prepare();
    int status = choose_language(argc, argv);
    if (status != 0)
        return status;
    enum err rc = option_read(&c, argc, argv);
    if (c.command == NULL)
        c.command = &command_table[0];
    if (rc == ERR_OK)
        rc = run(&c);
    enum err written = out_end();
    if (rc == ERR_OK && out_unheard())
        return 1;
    status = out_reason(rc != ERR_OK ? rc : written);
    return status != 0 ? status : c.status;
}
