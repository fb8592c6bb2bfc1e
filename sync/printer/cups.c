/* Owns: the way through a queue of CUPS. Invariant: a job that is given up is taken out of the
 * queue, so that it does not come out of a printer hours later, when another sheet has been handed
 * over. */
#include <poll.h>
#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/lang.h"
#include "sync/printer/cupslib.h"
#include "sync/printer/printer.h"

#define CONNECT_MS 3000
#define ANSWER_S 1.5 /* for a word of CUPS; the library waits a second before it */
#define LOOK_MS 250
#define PATIENCE_MS 10000 /* of a trouble that does not go away */
#define LIMIT_MS 120000   /* for the paper to come out of a queue that is well */

struct queue {
    const struct cupslib *lib;
    http_t *http;
    const char *name;
    char uri[HTTP_MAX_URI];
    bool silent; /* it was waited for in vain */
};

static int give_up(http_t *http, void *with)
{
    struct queue *q = with;
    (void)http;
    q->silent = true;
    return 0;
}

static const char *open_queue(struct queue *q, const char *name)
{
    *q = (struct queue){.lib = cupslib_get(), .name = name};
    if (q->lib == NULL)
        return "cups";
    q->http = q->lib->httpConnect2(q->lib->cupsServer(), q->lib->ippPort(), NULL, AF_UNSPEC,
                                   HTTP_ENCRYPTION_IF_REQUESTED, 1, printer_ms(CONNECT_MS), NULL);
    if (q->http == NULL)
        return "gone";
    q->lib->httpSetTimeout(q->http, ANSWER_S, give_up, q);
    q->lib->httpAssembleURIf(HTTP_URI_CODING_ALL, q->uri, sizeof q->uri, "ipp", NULL, "localhost",
                             0, "/printers/%s", name);
    return "";
}

static void close_queue(struct queue *q)
{
    if (q->http != NULL)
        q->lib->httpClose(q->http);
}

/* --- asked -------------------------------------------------------------------------------------
 */

static ipp_t *request(struct queue *q, ipp_op_t what)
{
    ipp_t *r = q->lib->ippNewRequest(what);
    q->lib->ippAddString(r, IPP_TAG_OPERATION, IPP_TAG_URI, "printer-uri", NULL, q->uri);
    q->lib->ippAddString(r, IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", NULL,
                         q->lib->cupsUser());
    return r;
}

/* The answer, or NULL; ippDelete it. */
static ipp_t *ask(struct queue *q, ipp_t *r, const char *const *wanted, int n)
{
    if (n > 0)
        q->lib->ippAddStrings(r, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes", n,
                              NULL, wanted);
    q->silent = false;
    ipp_t *answer = q->lib->cupsDoRequest(q->http, r, "/");
    if (answer != NULL && q->lib->cupsLastError() > IPP_STATUS_OK_CONFLICTING) {
        q->lib->ippDelete(answer);
        return NULL;
    }
    return answer;
}

static int number_in(struct queue *q, ipp_t *answer, const char *name)
{
    ipp_attribute_t *a =
        answer != NULL ? q->lib->ippFindAttribute(answer, name, IPP_TAG_ENUM) : NULL;
    return a != NULL ? q->lib->ippGetInteger(a, 0) : 0;
}

/* What a queue says of its printer: a part of the keyword, and our word. */
static const struct {
    const char *part, *why;
} reasons[] = {
    {"media-empty", "paper"}, {"media-needed", "paper"}, {"cover-open", "cover"},
    {"door-open", "cover"},   {"offline", "gone"},       {"connecting-to-device", "gone"},
    {"timed-out", "silent"},  {"paused", "queue"},       {"stopp", "queue"},
    {"cutter", "cutter"},     {"media-jam", "error"},
};

static const char *no_answer(struct queue *q)
{
    return q->silent ? "silent" : "gone";
}

static const char *reason_in(struct queue *q, ipp_t *answer)
{
    ipp_attribute_t *a =
        answer != NULL ? q->lib->ippFindAttribute(answer, "printer-state-reasons", IPP_TAG_KEYWORD)
                       : NULL;
    for (size_t r = 0; a != NULL && r < sizeof reasons / sizeof *reasons; r++)
        for (int i = 0; i < q->lib->ippGetCount(a); i++)
            if (strstr(q->lib->ippGetString(a, i, NULL), reasons[r].part) != NULL)
                return reasons[r].why;
    return "";
}

/* What is wrong with the printer, as its queue knows it; "" when nothing is. */
static const char *health(struct queue *q)
{
    static const char *const wanted[] = {"printer-state", "printer-state-reasons"};
    ipp_t *answer = ask(q, request(q, IPP_OP_GET_PRINTER_ATTRIBUTES), wanted, 2);
    const char *why = answer == NULL ? no_answer(q) : reason_in(q, answer);
    if (*why == 0 && number_in(q, answer, "printer-state") == IPP_PSTATE_STOPPED)
        why = "queue";
    q->lib->ippDelete(answer);
    return why;
}

/* How the queue's job stands; begun: it was on its way to the printer. 0: nobody says. */
static int state_of(struct queue *q, int job, bool *begun)
{
    static const char *const wanted[] = {"job-state", "time-at-processing"};
    ipp_t *r = request(q, IPP_OP_GET_JOB_ATTRIBUTES);
    q->lib->ippAddInteger(r, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-id", job);
    ipp_t *answer = ask(q, r, wanted, 2);
    int state = number_in(q, answer, "job-state");
    if (answer != NULL)
        *begun = q->lib->ippFindAttribute(answer, "time-at-processing", IPP_TAG_INTEGER) != NULL;
    q->lib->ippDelete(answer);
    return state;
}

enum err cups_is_raw(const char *name, bool *raw)
{
    static const char *const wanted[] = {"printer-make-and-model"};
    struct queue q;
    const char *why = open_queue(&q, name);
    if (*why != 0)
        return err_set(ERR_PRINTER, name, "%s",
                       *why == 'c' ? _("CUPS is not installed") : _("CUPS does not answer"));
    ipp_t *answer = ask(&q, request(&q, IPP_OP_GET_PRINTER_ATTRIBUTES), wanted, 1);
    ipp_attribute_t *a =
        answer != NULL ? q.lib->ippFindAttribute(answer, "printer-make-and-model", IPP_TAG_TEXT)
                       : NULL;
    *raw = a != NULL && strstr(q.lib->ippGetString(a, 0, NULL), "Raw") != NULL;
    enum err rc = answer != NULL ? ERR_OK : err_set(ERR_NOT_FOUND, name, NULL);
    q.lib->ippDelete(answer);
    close_queue(&q);
    return rc;
}

/* --- sent --------------------------------------------------------------------------------------
 */

/* The number of the queue's job; 0: it did not take it. The library's own function for it first
 * asks for a default printer, on a line that has no end to its patience. */
static int make_job(struct queue *q, struct sending *s)
{
    ipp_t *r = request(q, IPP_OP_CREATE_JOB);
    q->lib->ippAddString(r, IPP_TAG_OPERATION, IPP_TAG_NAME, "job-name", NULL, s->title);
    ipp_t *answer = ask(q, r, NULL, 0);
    ipp_attribute_t *a =
        answer != NULL ? q->lib->ippFindAttribute(answer, "job-id", IPP_TAG_INTEGER) : NULL;
    int job = a != NULL ? q->lib->ippGetInteger(a, 0) : 0;
    bool gone = q->lib->cupsLastError() == IPP_STATUS_ERROR_NOT_FOUND;
    if (job == 0)
        s->why = q->silent ? "silent" : gone ? "gone" : "refused";
    q->lib->ippDelete(answer);
    return job;
}

static bool give(struct queue *q, const struct sending *s, int job)
{
    const char *format = s->pages ? "application/pdf" : CUPS_FORMAT_RAW;
    bool taken = q->lib->cupsStartDocument(q->http, q->name, job, s->title, format, 1) ==
                     HTTP_STATUS_CONTINUE &&
                 q->lib->cupsWriteRequestData(q->http, (const char *)s->bytes, s->len) ==
                     HTTP_STATUS_CONTINUE;
    return q->lib->cupsFinishDocument(q->http, q->name) <= IPP_STATUS_OK_CONFLICTING && taken;
}

/* The queue's job has ended. */
static enum sent judge(struct sending *s, int state, bool begun)
{
    s->said = state == IPP_JSTATE_COMPLETED;
    s->why = s->said ? "" : *s->why != 0 ? s->why : "refused";
    return s->said ? SENT_WHOLE : begun ? SENT_PART : SENT_NOTHING;
}

/* Out of the queue again, and out of its memory. What the queue does not answer to may come out of
 * the printer yet. */
static enum sent take_back(struct sending *s, struct queue *q, int job)
{
    bool begun = false;
    q->silent = false;
    q->lib->cupsCancelJob2(q->http, q->name, job, 0);
    int state = q->silent ? 0 : state_of(q, job, &begun);
    if (state != 0)
        q->lib->cupsCancelJob2(q->http, q->name, job, 1);
    if (*s->why == 0)
        s->why = q->silent ? "silent" : "refused";
    return state < IPP_JSTATE_CANCELED ? SENT_UNKNOWN : judge(s, state, begun);
}

/* A job that is held, or that its printer's program would not take, stands as the queue does. */
static const char *trouble_of(struct queue *q, int state)
{
    const char *why = state != 0 ? health(q) : no_answer(q);
    bool stands = state == IPP_JSTATE_HELD || state == IPP_JSTATE_STOPPED;
    return *why == 0 && stands ? "queue" : why;
}

static enum sent wait_for(struct sending *s, struct queue *q, int job)
{
    int64_t began = clock_mono(), well = began, now = began;
    bool begun = false;
    const char *told = "";
    while (now - well <= printer_ms(PATIENCE_MS) && now - began <= printer_ms(LIMIT_MS)) {
        int state = state_of(q, job, &begun);
        if (state >= IPP_JSTATE_CANCELED)
            return judge(s, state, begun);
        s->why = trouble_of(q, state);
        now = clock_mono();
        if (*s->why == 0)
            well = now;
        if (strcmp(s->why, told) != 0 && s->trouble != NULL)
            s->trouble(s->with, s->why);
        told = s->why;
        poll(NULL, 0, printer_ms(LOOK_MS));
    }
    if (*s->why == 0)
        s->why = "silent";
    return take_back(s, q, job);
}

enum sent cups_send(struct sending *s)
{
    struct queue q;
    enum sent how = SENT_NOTHING;
    s->why = open_queue(&q, s->address);
    int job = *s->why == 0 ? make_job(&q, s) : 0;
    if (job != 0)
        how = give(&q, s, job) ? wait_for(s, &q, job) : take_back(s, &q, job);
    if (q.lib != NULL)
        close_queue(&q);
    return how;
}
