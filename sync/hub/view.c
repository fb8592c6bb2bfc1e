/* Owns: the rows that the hub shows. Invariant: a view writes nothing and opens nothing sealed. */
#include "sync/hub/view.h"

#include <string.h>

#include "kiosk/base/clock.h"
#include "kiosk/base/js.h"
#include "kiosk/base/lang.h"
#include "sync/hub/scope.h"

/* A column of a row: its name and how it is shown. */
struct column {
    const char *name;
    char type; /* s text, t time, i number, j JSON text, h its bytes, x hash, b truth */
};

static json_t *value_of(const struct hub_rows *rows, int i, char type)
{
    char text[CLOCK_TEXT], hex[2 * HASH_BYTES + 1];
    unsigned char hash[HASH_BYTES];
    json_t *v = NULL;
    if (hub_null(rows, i))
        return json_null();
    switch (type) {
    case 's': return json_string(hub_text(rows, i));
    case 't': return json_string(clock_iso(hub_int(rows, i), text));
    case 'b': return json_boolean(hub_int(rows, i) != 0);
    case 'j':
        if (js_parse(hub_text(rows, i), strlen(hub_text(rows, i)), NULL, &v) != ERR_OK)
            return json_null();
        return v;
    case 'h': {
        size_t len;
        const void *bytes = hub_blob(rows, i, &len);
        return js_parse(bytes, len, NULL, &v) == ERR_OK ? v : json_null();
    }
    case 'x':
        if (!hub_bytes(rows, i, hash, HASH_BYTES))
            return json_null();
        hex_encode(hash, HASH_BYTES, hex);
        return json_string(hex);
    default: return json_integer(hub_int(rows, i));
    }
}

static json_t *object_of(const struct hub_rows *rows, const struct column *columns)
{
    json_t *o = json_object();
    for (int i = 0; columns[i].name != NULL; i++) {
        json_t *v = value_of(rows, i, columns[i].type);
        json_object_set_new(o, columns[i].name, v != NULL ? v : json_null());
    }
    return o;
}

/* Every view's SQL may use site, state, limit, officer and id (?1..?5). */
static enum err run(struct hub *h, const char *sql, const struct column *columns,
                    const struct hub_query *q, hub_row *row, void *arg)
{
    struct hub_rows rows;
    int64_t limit = q->limit > 0 ? q->limit : INT64_MAX, n = 0;
    enum err rc = hub_ask_long(h->db, &rows, sql, "ssiss", q->site, q->state,
                               h->asker.limited ? INT64_MAX : limit, q->officer, q->id);
    while (rc == ERR_OK && hub_next(&rows, &rc)) {
        json_t *o = object_of(&rows, columns);
        const char *site = h->asker.limited ? js_str(o, "site") : NULL;
        if (site != NULL && !hub_scope_has(h, site)) {
            json_decref(o);
            continue;
        }
        if (n++ == limit) {
            json_decref(o);
            hub_done(&rows);
            break;
        }
        rc = row(arg, o);
        json_decref(o);
        if (rc != ERR_OK)
            hub_done(&rows);
    }
    return rc;
}

#define VIEW(fn, sql_, ...)                                                                        \
    static enum err fn(struct hub *h, const struct hub_query *q, hub_row *row, void *arg)          \
    {                                                                                              \
        static const struct column columns[] = {__VA_ARGS__, {NULL, 0}};                           \
        return run(h, sql_, columns, q, row, arg);                                                 \
    }

/* What an officer has not seen: entries of the newest epoch behind where they looked last. */
VIEW(each_site,
     "SELECT s.site, s.name, s.state, s.epoch, coalesce(e.seq, 0), s.contact, s.tried, s.trouble,"
     " s.drift, coalesce(e.seq, 0) - coalesce((SELECT l.seq FROM looked l WHERE l.site = s.site"
     "   AND l.officer = ?4 AND l.epoch = s.epoch), 0),"
     " (SELECT count(*) FROM entry r WHERE r.site = s.site AND r.refused IS NOT NULL),"
     " (SELECT count(*) FROM fork f WHERE f.site = s.site), s.orders,"
     " (SELECT min(u.at) FROM suspension u WHERE u.site = s.site AND u.ended IS NULL"
     "   AND u.scope = 'site'), s.carried"
     " FROM site s LEFT JOIN site_epoch e ON e.site = s.site AND e.epoch = s.epoch"
     " WHERE (?1 IS NULL OR s.site = ?1) AND (?2 IS NULL OR s.state = ?2)"
     " ORDER BY s.site LIMIT ?3",
     {"site", 's'}, {"name", 's'}, {"state", 's'}, {"epoch", 'i'}, {"seq", 'i'}, {"contact", 't'},
     {"tried", 't'}, {"trouble", 's'}, {"drift", 'i'}, {"new", 'i'}, {"refused", 'i'},
     {"forks", 'i'}, {"orders", 'i'}, {"suspended", 't'}, {"carried", 't'})

VIEW(each_entry,
     "SELECT site, epoch, seq, kind, hash, refused FROM entry"
     " WHERE (?1 IS NULL OR site = ?1) AND (?2 IS NULL OR refused IS NOT NULL)"
     " ORDER BY site, epoch, seq LIMIT ?3",
     {"site", 's'}, {"epoch", 'i'}, {"seq", 'i'}, {"kind", 's'}, {"hash", 'x'}, {"refused", 's'})

VIEW(each_express,
     "SELECT site, epoch, seq, kind, hash, arrived, refused FROM express"
     " WHERE (?1 IS NULL OR site = ?1) AND (?2 IS NULL OR kind = ?2)"
     " ORDER BY site, epoch, seq LIMIT ?3",
     {"site", 's'}, {"epoch", 'i'}, {"seq", 'i'}, {"kind", 's'}, {"hash", 'x'}, {"arrived", 't'},
     {"refused", 's'})

VIEW(each_fork,
     "SELECT f.site, f.epoch, f.seq, f.hash, f.arrived, f.head, e.hash, e.kind, e.at, e.arrived"
     " FROM fork f LEFT JOIN entry e ON e.site = f.site AND e.epoch = f.epoch AND e.seq = f.seq"
     " WHERE (?1 IS NULL OR f.site = ?1)"
     " ORDER BY f.site, f.epoch, f.seq, f.hash LIMIT ?3",
     {"site", 's'}, {"epoch", 'i'}, {"seq", 'i'}, {"hash", 'x'}, {"arrived", 't'}, {"head", 'h'},
     {"stands_hash", 'x'}, {"stands_kind", 's'}, {"stands_at", 't'}, {"stands_arrived", 't'})

VIEW(each_case,
     "SELECT c.site, s.name, c.id, c.number, c.at, c.clerk, c.item, c.channel, c.state, c.missing,"
     " c.updated, c.person, c.agent, c.due, c.received, c.rated, c.grade,"
     " EXISTS (SELECT 1 FROM slip_in i WHERE i.site = c.site AND i.case_id = c.id)"
     " FROM case_file c JOIN site s ON s.site = c.site"
     " WHERE (?1 IS NULL OR c.site = ?1) AND (?2 IS NULL OR c.state = ?2)"
     " AND (?5 IS NULL OR c.id = ?5)"
     " ORDER BY c.at DESC, c.site, c.id LIMIT ?3",
     {"site", 's'}, {"site_name", 's'}, {"id", 's'}, {"number", 's'}, {"at", 't'}, {"clerk", 's'},
     {"item", 's'}, {"channel", 's'}, {"state", 's'}, {"missing", 'i'}, {"updated", 't'},
     {"person", 's'}, {"agent", 's'}, {"due", 's'}, {"received", 't'}, {"rated", 's'},
     {"grade", 'i'}, {"by_slip", 'b'})

VIEW(each_slip,
     "SELECT r.at, r.officer, r.answer, r.site, s.name, r.case_id, c.number"
     " FROM slip_reading r LEFT JOIN site s ON s.site = r.site"
     " LEFT JOIN case_file c ON c.site = r.site AND c.id = r.case_id"
     " WHERE (?1 IS NULL OR r.site = ?1) AND (?2 IS NULL OR r.answer = ?2)"
     " ORDER BY r.n DESC LIMIT ?3",
     {"at", 't'}, {"by", 's'}, {"answer", 's'}, {"site", 's'}, {"site_name", 's'}, {"id", 's'},
     {"number", 's'})

VIEW(each_courier,
     "SELECT c.site, s.name, c.id, c.number, c.at, c.clerk, c.cases, c.papers, c.received,"
     " c.receiver FROM courier c JOIN site s ON s.site = c.site"
     " WHERE (?1 IS NULL OR c.site = ?1)"
     " ORDER BY c.at DESC, c.site, c.id LIMIT ?3",
     {"site", 's'}, {"site_name", 's'}, {"id", 's'}, {"number", 's'}, {"at", 't'}, {"clerk", 's'},
     {"cases", 'j'}, {"papers", 'i'}, {"received", 't'}, {"receiver", 's'})

/* The last word of a case between village and hub about a call is a request: somebody waits. */
VIEW(each_call,
     "SELECT t.site, s.name, t.case_id, c.number, t.at, t.facts ->> 'when', t.clerk, c.item,"
     " c.person FROM case_step t JOIN case_file c ON c.site = t.site AND c.id = t.case_id"
     " JOIN site s ON s.site = t.site WHERE t.step IN ('call', 'answer') AND t.step = 'call'"
     " AND t.refused = 0 AND (?1 IS NULL OR t.site = ?1)"
     " AND NOT EXISTS (SELECT 1 FROM case_step a WHERE a.site = t.site AND a.case_id = t.case_id"
     "   AND a.step IN ('call', 'answer') AND (a.at, a.id) > (t.at, t.id))"
     " ORDER BY coalesce(CAST(t.facts ->> 'when' AS INTEGER), t.at), t.site, t.id LIMIT ?3",
     {"site", 's'}, {"site_name", 's'}, {"id", 's'}, {"number", 's'}, {"at", 't'}, {"when", 't'},
     {"clerk", 's'}, {"item", 's'}, {"person", 's'})

VIEW(each_incident,
     "SELECT i.site, s.name, i.id, i.at, i.arrived, i.clerk, i.cause, i.actions, i.state,"
     " i.updated, i.person, (SELECT json_group_array(json_object('at', t.at, 'clerk', t.clerk,"
     "   'id', t.id, 'step', t.step, 'by', t.means)) FROM (SELECT * FROM incident_step x"
     "   WHERE x.site = i.site AND x.incident = i.id ORDER BY x.at, x.id) t), i.named, i.plan"
     " FROM incident i JOIN site s ON s.site = i.site"
     " WHERE (?1 IS NULL OR i.site = ?1) AND (?2 IS NULL OR i.state = ?2"
     " OR (?2 = 'unclosed' AND i.state <> 'closed'))"
     " ORDER BY i.at DESC, i.site, i.id LIMIT ?3",
     {"site", 's'}, {"site_name", 's'}, {"id", 's'}, {"at", 't'}, {"arrived", 't'}, {"clerk", 's'},
     {"cause", 's'}, {"actions", 'j'}, {"state", 's'}, {"updated", 't'}, {"person", 's'},
     {"steps", 'j'}, {"named", 'j'}, {"plan", 'j'})

VIEW(each_suspension,
     "SELECT u.site, s.name, u.id, u.at, u.who, u.clerk, u.scope, u.ended, u.ended_at, u.ended_by"
     " FROM suspension u JOIN site s ON s.site = u.site"
     " WHERE (?1 IS NULL OR u.site = ?1) AND (?2 IS NULL OR u.ended IS NULL)"
     " ORDER BY u.at DESC, u.site, u.id LIMIT ?3",
     {"site", 's'}, {"site_name", 's'}, {"id", 's'}, {"at", 't'}, {"who", 's'}, {"clerk", 's'},
     {"scope", 's'}, {"ended", 's'}, {"ended_at", 't'}, {"ended_by", 's'})

VIEW(each_booking,
     "SELECT site, id, starts, ends, item, means, source, share, state, at, by, person FROM booking"
     " WHERE (?1 IS NULL OR site = ?1) AND (?2 IS NULL OR state = ?2)"
     " ORDER BY starts, site, id LIMIT ?3",
     {"site", 's'}, {"id", 's'}, {"from", 't'}, {"to", 't'}, {"item", 's'}, {"means", 's'},
     {"source", 's'}, {"share", 's'}, {"state", 's'}, {"at", 't'}, {"by", 's'}, {"person", 's'})

VIEW(each_token,
     "SELECT name, added, revoked, scopes FROM api_token WHERE (?2 IS NULL OR name = ?2)"
     " ORDER BY name LIMIT ?3",
     {"name", 's'}, {"added", 't'}, {"revoked", 't'}, {"scopes", 's'})

VIEW(each_webhook,
     "SELECT w.id, w.url, w.topics, w.added, w.removed, (SELECT count(*) FROM webhook_delivery d"
     "   WHERE d.hook = w.id AND d.sent IS NULL AND d.given_up IS NULL)"
     " FROM webhook w WHERE (?2 IS NULL OR w.id = ?2) ORDER BY w.added, w.id LIMIT ?3",
     {"id", 's'}, {"url", 's'}, {"topics", 's'}, {"added", 't'}, {"removed", 't'}, {"waiting", 'i'})

VIEW(each_delivery,
     "SELECT id, hook, topic, site, made, tries, due, sent, given_up, status, trouble"
     " FROM webhook_delivery WHERE (?1 IS NULL OR site = ?1) AND (?2 IS NULL OR ?2 ="
     "   CASE WHEN sent IS NOT NULL THEN 'sent' WHEN given_up IS NOT NULL THEN 'given_up'"
     "   ELSE 'waiting' END) ORDER BY made DESC, id LIMIT ?3",
     {"id", 's'}, {"hook", 's'}, {"topic", 's'}, {"site", 's'}, {"made", 't'}, {"tries", 'i'},
     {"due", 't'}, {"sent", 't'}, {"given_up", 't'}, {"status", 'i'}, {"trouble", 's'})

VIEW(each_visit,
     "SELECT site, id, at, clerk, person, policy, outcome, reasons FROM visit"
     " WHERE (?1 IS NULL OR site = ?1) AND (?2 IS NULL OR outcome = ?2)"
     " ORDER BY at DESC, site, id LIMIT ?3",
     {"site", 's'}, {"id", 's'}, {"at", 't'}, {"clerk", 's'}, {"person", 's'}, {"policy", 's'},
     {"outcome", 's'}, {"reasons", 'j'})

VIEW(each_ledger,
     "SELECT site, id, ledger, at, clerk, fields, void FROM ledger_row"
     " WHERE (?1 IS NULL OR site = ?1) AND (?2 IS NULL OR ledger = ?2)"
     " ORDER BY at DESC, site, id LIMIT ?3",
     {"site", 's'}, {"id", 's'}, {"ledger", 's'}, {"at", 't'}, {"clerk", 's'}, {"row", 'j'},
     {"void", 's'})

VIEW(each_order,
     "SELECT site, n, at, kind, subject, officer FROM orders"
     " WHERE (?1 IS NULL OR site = ?1) AND (?2 IS NULL OR kind = ?2)"
     " ORDER BY site, n LIMIT ?3",
     {"site", 's'}, {"n", 'i'}, {"at", 't'}, {"kind", 's'}, {"subject", 's'}, {"by", 's'})

VIEW(each_adaptation,
     "SELECT a.site, s.name, a.id, a.at, a.clerk, a.policy, a.param, a.old, a.new, a.reason,"
     " a.approver, NOT EXISTS (SELECT 1 FROM adaptation l WHERE l.site = a.site"
     "   AND l.param = a.param AND l.at > a.at)"
     " FROM adaptation a JOIN site s ON s.site = a.site"
     " WHERE (?1 IS NULL OR a.site = ?1) AND (?2 IS NULL OR a.param = ?2)"
     " ORDER BY a.at DESC, a.site, a.id LIMIT ?3",
     {"site", 's'}, {"site_name", 's'}, {"id", 's'}, {"at", 't'}, {"clerk", 's'}, {"policy", 's'},
     {"param", 's'}, {"old", 'j'}, {"new", 'j'}, {"reason", 's'}, {"approver", 's'},
     {"latest", 'b'})

VIEW(each_overlay,
     "SELECT o.site, s.name, o.id, o.at, o.clerk, o.pack, o.version, o.document, o.starts,"
     " o.review, o.approver, o.ended, o.end_order, o.end_reason"
     " FROM overlay o JOIN site s ON s.site = o.site"
     " WHERE (?1 IS NULL OR o.site = ?1) AND (?2 IS NULL OR o.pack = ?2)"
     " ORDER BY o.at DESC, o.site, o.id LIMIT ?3",
     {"site", 's'}, {"site_name", 's'}, {"id", 's'}, {"at", 't'}, {"clerk", 's'}, {"pack", 's'},
     {"version", 'i'}, {"order", 's'}, {"start", 't'}, {"review", 't'}, {"approver", 's'},
     {"ended", 't'}, {"end_order", 's'}, {"end_reason", 's'})

VIEW(each_count,
     "SELECT site, kind, count(*) FROM entry"
     " WHERE (?1 IS NULL OR site = ?1) AND (?2 IS NULL OR kind = ?2)"
     " GROUP BY site, kind ORDER BY site, kind LIMIT ?3",
     {"site", 's'}, {"kind", 's'}, {"count", 'i'})

VIEW(each_officer,
     "SELECT o.name, o.role, o.added, o.disabled, o.limited, (SELECT count(*) FROM officer_site z"
     "   WHERE z.officer = o.name), (SELECT count(*) FROM session s WHERE s.officer = o.name),"
     " (SELECT max(a.at) FROM audit a WHERE a.who = o.name AND a.what = 'log_in'),"
     " (SELECT l.until FROM log_in_lock l WHERE l.who = 'n' || o.name AND l.until > 0)"
     " FROM officer o WHERE (?2 IS NULL OR o.role = ?2) AND (?5 IS NULL OR o.name = ?5)"
     " ORDER BY o.name LIMIT ?3",
     {"name", 's'}, {"role", 's'}, {"added", 't'}, {"disabled", 't'}, {"limited", 'b'},
     {"sites", 'i'}, {"sessions", 'i'}, {"last", 't'}, {"locked", 't'})

/* Open cases, those that were promised for the earliest day first; ?5 is today. */
VIEW(each_work,
     "SELECT c.site, s.name, c.id, c.number, c.at, c.item, c.channel, c.state, c.person, c.due,"
     " w.officer, w.at FROM case_file c JOIN site s ON s.site = c.site"
     " LEFT JOIN case_work w ON w.site = c.site AND w.case_id = c.id"
     " WHERE c.state IN ('taken_in', 'accepted', 'supplement') AND (?1 IS NULL OR c.site = ?1)"
     " AND (?2 IS NULL OR ?2 = 'all' OR (?2 = 'mine' AND w.officer = ?4)"
     "   OR (?2 = 'unassigned' AND w.officer IS NULL) OR (?2 = 'overdue' AND c.due < ?5))"
     " ORDER BY CASE WHEN c.due IS NULL THEN 1 ELSE 0 END, c.due, c.at, c.site, c.id LIMIT ?3",
     {"site", 's'}, {"site_name", 's'}, {"id", 's'}, {"number", 's'}, {"at", 't'}, {"item", 's'},
     {"channel", 's'}, {"state", 's'}, {"person", 's'}, {"due", 's'}, {"officer", 's'},
     {"since", 't'})

VIEW(each_place,
     "SELECT s.site, s.name, s.state, s.contact, s.lat, s.lon, (SELECT count(*) FROM site_epoch e"
     "   WHERE e.site = s.site), CASE WHEN s.code_hash IS NULL THEN NULL ELSE s.code_until END"
     " FROM site s WHERE (?1 IS NULL OR s.site = ?1) AND (?2 IS NULL OR s.state = ?2)"
     " ORDER BY s.site LIMIT ?3",
     {"site", 's'}, {"name", 's'}, {"state", 's'}, {"contact", 't'}, {"lat", 'i'}, {"lon", 'i'},
     {"machines", 'i'}, {"code_until", 't'})

VIEW(each_machine,
     "SELECT site, epoch, joined, seq, sign_pub, revoked FROM site_epoch"
     " WHERE (?1 IS NULL OR site = ?1) ORDER BY site, epoch LIMIT ?3",
     {"site", 's'}, {"epoch", 'i'}, {"joined", 't'}, {"seq", 'i'}, {"key", 'x'}, {"revoked", 't'})

VIEW(each_session,
     "SELECT token, officer, opened, seen, address, until FROM session"
     " WHERE (?2 IS NULL OR officer = ?2) ORDER BY officer, opened LIMIT ?3",
     {"id", 'x'}, {"officer", 's'}, {"opened", 't'}, {"seen", 't'}, {"address", 's'},
     {"until", 't'})

VIEW(each_lock,
     "SELECT CASE WHEN l.who LIKE 'a%' THEN substr(l.who, 2) ELSE NULL END,"
     " CASE WHEN l.who LIKE 'n%' THEN substr(l.who, 2) ELSE NULL END, l.wrong, l.last, l.until"
     " FROM log_in_lock l WHERE l.until > 0 AND l.who NOT LIKE 'x%' ORDER BY l.last DESC LIMIT ?3",
     {"address", 's'}, {"name", 's'}, {"wrong", 'i'}, {"last", 't'}, {"until", 't'})

const struct hub_view hub_views[] = {
    {"sites", N_("the villages: last contact, what is new, what went wrong"), each_site},
    {"entries", N_("every entry: its place, kind and hash"), each_entry},
    {"express", N_("what overtook the stream, and waits for its place in it"), each_express},
    {"forks", N_("entries kept aside: other bytes under a number"), each_fork},
    {"cases", N_("the cases and their state"), each_case},
    {"calls", N_("who asked for a call and still waits, the earliest first"), each_call},
    {"couriers", N_("lists of papers that a courier carries"), each_courier},
    {"slips", N_("slips and case numbers that were read, the latest first"), each_slip},
    {"incidents", N_("the incidents and what was done"), each_incident},
    {"suspensions", N_("where service is suspended, or was"), each_suspension},
    {"visits", N_("people at the door, and what was decided"), each_visit},
    {"ledgers", N_("rows of ledgers"), each_ledger},
    {"orders", N_("what was said to the villages"), each_order},
    {"adaptations", N_("what villages adapted within the bounds of the pack"), each_adaptation},
    {"overlays", N_("overlays that villages started"), each_overlay},
    {"counts", N_("entries by site and kind"), each_count},
    {"bookings", N_("who is booked, oldest first"), each_booking},
    {"tokens", N_("who may call the API"), each_token},
    {"webhooks", N_("who is told of incidents and decisions"), each_webhook},
    {"deliveries", N_("what was told to them, waits or was given up"), each_delivery},
    {"officers", N_("the hub's own users"), each_officer},
    {"work", N_("open cases and whose they are, the earliest promised day first"), each_work},
    {"places", N_("the villages as they are registered, and where they lie"), each_place},
    {"machines", N_("the machines of the villages, and their keys"), each_machine},
    {"sessions", N_("who is logged in, and from where"), each_session},
    {"locks", N_("names and addresses with wrong passwords"), each_lock},
    {NULL, NULL, NULL},
};

enum err hub_view(struct hub *h, const char *name, const struct hub_query *q, hub_row *row,
                  void *arg)
{
    for (const struct hub_view *v = hub_views; v->name != NULL; v++)
        if (strcmp(v->name, name) == 0)
            return v->each(h, q, row, arg);
    return err_set(ERR_NOT_FOUND, name, NULL);
}
