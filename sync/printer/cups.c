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
#define LOOK_MS 250
#define PATIENCE_MS 10000 /* of a trouble that does not go away */
#define LIMIT_MS 120000   /* for the paper to come out of a queue that is well */

struct queue {
    const struct cupslib *lib;
    http_t *http;
    const char *name;
    char uri[HTTP_MAX_URI];
};

static const char *open_queue(struct queue *q, const char *name)
{
    *q = (struct queue){.lib = cupslib_get(), .name = name};
    if (q->lib == NULL)
        return "cups";
    q->http = q->lib->httpConnect2(q->lib->cupsServer(), q->lib->ippPort(), NULL, AF_UNSPEC,
                                   HTTP_ENCRYPTION_IF_REQUESTED, 1, printer_ms(CONNECT_MS), NULL);
    if (q->http == NULL)
        return "gone";
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

static ipp_t *request(const struct queue *q, ipp_op_t what)
{
    ipp_t *r = q->lib->ippNewRequest(what);
    q->lib->ippAddString(r, IPP_TAG_OPERATION, IPP_TAG_URI, "printer-uri", NULL, q->uri);
    q->lib->ippAddString(r, IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", NULL,
                         q->lib->cupsUser());
    return r;
}

/* The answer, or NULL; ippDelete it. */
static ipp_t *ask(const struct queue *q, ipp_t *r, const char *const *wanted, int n)
{
    q->lib->ippAddStrings(r, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes", n, NULL,
                          wanted);
    ipp_t *answer = q->lib->cupsDoRequest(q->http, r, "/");
    if (answer != NULL && q->lib->cupsLastError() > IPP_STATUS_OK_CONFLICTING) {
        q->lib->ippDelete(answer);
        return NULL;
    }
    return answer;
}

static int number_in(const struct queue *q, ipp_t *answer, const char *name)
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

static const char *reason_in(const struct queue *q, ipp_t *answer)
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
static const char *health(const struct queue *q)
{
    static const char *const wanted[] = {"printer-state", "printer-state-reasons"};
    ipp_t *answer = ask(q, request(q, IPP_OP_GET_PRINTER_ATTRIBUTES), wanted, 2);
    const char *why = answer == NULL ? "gone" : reason_in(q, answer);
    if (*why == 0 && number_in(q, answer, "printer-state") == IPP_PSTATE_STOPPED)
        why = "queue";
    q->lib->ippDelete(answer);
    return why;
}

static int state_of(const struct queue *q, int job)
{
    static const char *const wanted[] = {"job-state"};
    ipp_t *r = request(q, IPP_OP_GET_JOB_ATTRIBUTES);
    q->lib->ippAddInteger(r, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-id", job);
    ipp_t *answer = ask(q, r, wanted, 1);
    int state = number_in(q, answer, "job-state");
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

/* The number of the queue's job; 0: it did not take it. */
static int give(const struct queue *q, const struct sending *s)
{
    const char *format = s->pages ? "application/pdf" : CUPS_FORMAT_RAW;
    int job = q->lib->cupsCreateJob(q->http, q->name, s->title, 0, NULL);
    if (job == 0)
        return 0;
    bool taken = q->lib->cupsStartDocument(q->http, q->name, job, s->title, format, 1) ==
                     HTTP_STATUS_CONTINUE &&
                 q->lib->cupsWriteRequestData(q->http, (const char *)s->bytes, s->len) ==
                     HTTP_STATUS_CONTINUE;
    if (q->lib->cupsFinishDocument(q->http, q->name) <= IPP_STATUS_OK_CONFLICTING && taken)
        return job;
    q->lib->cupsCancelJob2(q->http, q->name, job, 1);
    return 0;
}

/* The queue's job ended, or is given up. */
static enum sent judge(struct sending *s, int state, bool given_up)
{
    s->said = state == IPP_JSTATE_COMPLETED;
    if (s->said) {
        s->why = "";
        return SENT_WHOLE;
    }
    if (*s->why == 0)
        s->why = given_up ? "silent" : "refused";
    return state == IPP_JSTATE_PENDING || state == IPP_JSTATE_HELD ? SENT_NOTHING : SENT_PART;
}

static enum sent wait_for(struct sending *s, const struct queue *q, int job)
{
    int64_t began = clock_mono(), well = began, now;
    int state = IPP_JSTATE_PENDING, last = state;
    const char *told = "";
    for (;;) {
        state = state_of(q, job);
        now = clock_mono();
        if (state >= IPP_JSTATE_CANCELED)
            return judge(s, state, false);
        last = state != 0 ? state : last;
        s->why = health(q);
        if (*s->why == 0)
            well = now;
        if (strcmp(s->why, told) != 0 && s->trouble != NULL)
            s->trouble(s->with, s->why);
        told = s->why;
        if (now - well > printer_ms(PATIENCE_MS) || now - began > printer_ms(LIMIT_MS))
            break;
        poll(NULL, 0, printer_ms(LOOK_MS));
    }
    q->lib->cupsCancelJob2(q->http, q->name, job, 1);
    state = state_of(q, job);
    return judge(s, state == IPP_JSTATE_COMPLETED ? state : last, true);
}

enum sent cups_send(struct sending *s)
{
    struct queue q;
    enum sent how = SENT_NOTHING;
    s->why = open_queue(&q, s->address);
    if (*s->why == 0) {
        int job = give(&q, s);
        s->why = job != 0 ? "" : "refused";
        if (job != 0)
            how = wait_for(s, &q, job);
    }
    if (q.lib != NULL)
        close_queue(&q);
    return how;
}
