/* Owns: the emulated link. Invariant: a packet that enters is lost by name (chance, a full queue, a
 * cut) or comes out after its time on the wire and the delay, in order. */
#include "tests/bench/sync/radio.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <math.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MTU 1500
#define QUEUE 64000 /* bytes: 4 s at 128 kbit/s, as cheap routers have */
#define RING 4096   /* packets queued and in the air */
#define IDLE_S 0.05 /* how soon a new shape is seen */

struct radio {
    pid_t emulator;
    int ns[RADIO_SIDES];
    struct shared *shared;
};

/* What the emulator and its owner both see. */
struct shared {
    struct radio_shape shape;
    unsigned seed;
    atomic_int asked, taken; /* shapes given, and taken over */
    struct radio_state state;
};

struct packet {
    double due; /* when it comes out */
    size_t len;
    unsigned char bytes[MTU];
};

struct lane {
    int in, out;         /* tun devices */
    struct packet *ring; /* from head to tail */
    unsigned head, tail;
    double free_at; /* when the wire has sent all that is queued */
};

/* A TCP connection, by the village's port. */
struct conn {
    int born;                   /* the era that it began in */
    uint32_t next[RADIO_SIDES]; /* the byte after the last one seen */
    bool known[RADIO_SIDES];
};

struct emulator {
    struct shared *shared;
    struct radio_shape shape;
    struct lane lane[RADIO_SIDES];
    struct conn conn[65536];
    uint64_t random;
};

double radio_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* --- chance and cuts ----------------------------------------------------------------------------
 */

static double chance(struct emulator *e)
{
    e->random ^= e->random << 13;
    e->random ^= e->random >> 7;
    e->random ^= e->random << 17;
    return (double)(e->random >> 11) / 9007199254740992.0;
}

/* Seconds since the first cut began; below 0: it is still to come, or never comes. */
static double since_cut(const struct emulator *e, double now)
{
    double begun = e->shared->state.begun;
    return begun > 0 && e->shape.down_s > 0 ? now - begun - e->shape.first_s : -1;
}

static bool is_down(const struct emulator *e, double now)
{
    double since = since_cut(e, now);
    return since >= 0 && fmod(since, e->shape.up_s + e->shape.down_s) < e->shape.down_s;
}

/* Counts the cuts that began: connections of one era die with it when cuts are hard. */
static int era(const struct emulator *e, double now)
{
    double since = since_cut(e, now);
    return since < 0 ? 0 : 1 + (int)(since / (e->shape.up_s + e->shape.down_s));
}

static double down_so_far(const struct emulator *e, double now)
{
    double since = since_cut(e, now), round = e->shape.up_s + e->shape.down_s;
    return since < 0
               ? 0
               : floor(since / round) * e->shape.down_s + fmin(fmod(since, round), e->shape.down_s);
}

/* --- what goes through --------------------------------------------------------------------------
 */

static uint32_t be32(const unsigned char *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Counts the bytes of a TCP segment, and those that were seen before. Returns whether its
 * connection is of an era that is over. */
static bool follow_tcp(struct emulator *e, enum radio_side from, const struct packet *p, double now)
{
    struct radio_count *count = &e->shared->state.side[from];
    size_t head = (p->bytes[0] & 15u) * 4;
    const unsigned char *tcp = p->bytes + head;
    if (p->bytes[9] != IPPROTO_TCP || p->len < head + 20)
        return false;
    size_t port = from == RADIO_VILLAGE ? tcp[0] * 256u + tcp[1] : tcp[2] * 256u + tcp[3];
    size_t data = head + (tcp[12] >> 4) * 4u;
    uint32_t seq = be32(tcp + 4), len = (uint32_t)(p->len > data ? p->len - data : 0);
    struct conn *c = &e->conn[port];
    bool syn = (tcp[13] & 0x02) != 0;
    if (syn && from == RADIO_VILLAGE)
        *c = (struct conn){.born = era(e, now)};
    uint32_t behind =
        c->known[from] && (int32_t)(seq - c->next[from]) < 0 ? c->next[from] - seq : 0;
    count->payload += len;
    count->again += behind < len ? behind : len;
    if (behind < len || !c->known[from])
        c->next[from] = seq + len + syn;
    c->known[from] = true;
    return e->shape.hard && c->born != era(e, now);
}

static void enter(struct emulator *e, enum radio_side from, struct packet *p)
{
    struct lane *lane = &e->lane[from];
    struct radio_count *count = &e->shared->state.side[from];
    double now = radio_now();
    if (e->shared->state.begun <= 0)
        e->shared->state.begun = now;
    if (is_down(e, now)) {
        count->dead++;
        return;
    }
    double start = lane->free_at > now ? lane->free_at : now, rate = e->shape.kbit * 125;
    count->packets++;
    count->bytes += (long)p->len;
    bool stale = follow_tcp(e, from, p, now);
    if ((rate > 0 && (start - now) * rate + (double)p->len > QUEUE) ||
        lane->tail - lane->head == RING) {
        count->full++;
        return;
    }
    lane->free_at = rate > 0 ? start + (double)p->len / rate : now;
    if (chance(e) * 100 < e->shape.loss) {
        count->lost++;
        return;
    }
    p->due = lane->free_at + e->shape.delay_s;
    if (!stale)
        lane->ring[lane->tail++ % RING] = *p;
}

static void take_in(struct emulator *e, enum radio_side from)
{
    struct packet p;
    for (int burst = 0; burst < 256; burst++) {
        ssize_t n = read(e->lane[from].in, p.bytes, sizeof p.bytes);
        if (n < 20)
            return;
        p.len = (size_t)n;
        if (p.bytes[0] >> 4 == 4)
            enter(e, from, &p);
    }
}

/* Hands out what is due; returns when the next packet is. */
static double hand_out(struct emulator *e, struct lane *lane, double now)
{
    if (is_down(e, now)) {
        lane->head = lane->tail;
        lane->free_at = now;
    }
    for (; lane->head != lane->tail; lane->head++) {
        const struct packet *p = &lane->ring[lane->head % RING];
        if (p->due > now)
            return p->due;
        if (write(lane->out, p->bytes, p->len) < 0)
            continue; /* the other side's own queue is full: lost there, as on any machine */
    }
    return now + IDLE_S;
}

/* --- the process --------------------------------------------------------------------------------
 */

static void take_shape(struct emulator *e)
{
    struct shared *s = e->shared;
    int asked = atomic_load(&s->asked);
    if (asked == atomic_load(&s->taken))
        return;
    e->shape = s->shape;
    e->random = 0x9e3779b97f4a7c15u * (s->seed + 1u);
    memset(&s->state, 0, sizeof s->state);
    memset(e->conn, 0, sizeof e->conn);
    atomic_store(&s->taken, asked);
}

static void emulate(struct emulator *e)
{
    struct pollfd fds[RADIO_SIDES];
    for (;;) {
        take_shape(e);
        double now = radio_now(), next = now + IDLE_S;
        e->shared->state.down_s = down_so_far(e, now);
        for (int i = 0; i < RADIO_SIDES; i++) {
            next = fmin(next, hand_out(e, &e->lane[i], now));
            fds[i] = (struct pollfd){e->lane[i].in, POLLIN, 0};
        }
        double wait = fmax(next - radio_now(), 0);
        struct timespec t = {0, (long)(wait * 1e9)};
        if (ppoll(fds, RADIO_SIDES, &t, NULL) > 0)
            for (int i = 0; i < RADIO_SIDES; i++)
                if (fds[i].revents & POLLIN)
                    take_in(e, (enum radio_side)i);
    }
}

static pid_t start_emulator(struct shared *shared, const int tun[RADIO_SIDES])
{
    pid_t pid = fork();
    if (pid != 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_TIMERSLACK, 1000L);
    struct emulator *e = calloc(1, sizeof *e);
    if (e == NULL)
        _exit(1);
    e->shared = shared;
    for (int i = 0; i < RADIO_SIDES; i++) {
        e->lane[i] = (struct lane){.in = tun[i], .out = tun[1 - i]};
        e->lane[i].ring = calloc(RING, sizeof *e->lane[i].ring);
        if (e->lane[i].ring == NULL)
            _exit(1);
    }
    emulate(e);
    _exit(0);
}

/* --- the two ends -------------------------------------------------------------------------------
 */

static void *address(struct ifreq *r, const char *text)
{
    struct sockaddr_in in = {.sin_family = AF_INET};
    inet_pton(AF_INET, text, &in.sin_addr);
    return memcpy(&r->ifr_addr, &in, sizeof in);
}

static bool raise_device(struct ifreq *r, int s, const char *ip)
{
    bool ok = address(r, ip) && ioctl(s, SIOCSIFADDR, r) == 0;
    ok = ok && address(r, "255.255.255.252") && ioctl(s, SIOCSIFNETMASK, r) == 0;
    r->ifr_mtu = MTU;
    ok = ok && ioctl(s, SIOCSIFMTU, r) == 0;
    r->ifr_flags = IFF_UP | IFF_RUNNING;
    return ok && ioctl(s, SIOCSIFFLAGS, r) == 0;
}

/* What TCP learnt on the open link shall not help it on the shaped one. */
static bool forget_metrics(void)
{
    int fd = open("/proc/sys/net/ipv4/tcp_no_metrics_save", O_WRONLY | O_CLOEXEC);
    bool ok = fd >= 0 && write(fd, "1", 1) == 1;
    if (fd >= 0)
        close(fd);
    return ok;
}

/* As a machine is delivered, whatever this one is set to. */
static bool set_congestion_control(void)
{
    const char *given = getenv("SYNC_TCP");
    char command[96];
    snprintf(command, sizeof command, "ip route replace 10.77.0.0/30 dev lk congctl %.16s",
             given != NULL && *given != 0 ? given : "cubic");
    return system(command) == 0;
}

/* A new namespace with one end of the link; the calling process is in it afterwards. */
static bool open_end(const char *ip, int *ns, int *tun)
{
    struct ifreq r = {.ifr_flags = IFF_TUN | IFF_NO_PI}, lo = {.ifr_flags = IFF_UP};
    strcpy(r.ifr_name, "lk");
    strcpy(lo.ifr_name, "lo");
    if (unshare(CLONE_NEWNET) != 0)
        return false;
    *ns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    *tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
    int s = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool ok = *ns >= 0 && *tun >= 0 && s >= 0 && ioctl(*tun, TUNSETIFF, &r) == 0;
    ok = ok && raise_device(&r, s, ip) && ioctl(s, SIOCSIFFLAGS, &lo) == 0;
    ok = ok && forget_metrics() && set_congestion_control();
    if (s >= 0)
        close(s);
    return ok;
}

struct radio *radio_open(char *why, size_t size)
{
    struct radio *r = calloc(1, sizeof *r);
    int tun[RADIO_SIDES];
    if (r == NULL || !open_end("10.77.0.1", &r->ns[RADIO_VILLAGE], &tun[RADIO_VILLAGE]) ||
        !open_end(RADIO_HUB, &r->ns[RADIO_AT_HUB], &tun[RADIO_AT_HUB])) {
        snprintf(why, size,
                 "the slow link needs root, network namespaces and /dev/net/tun: %s."
                 " Run make bench-sync as root on a machine that has them.",
                 strerror(errno));
        free(r);
        return NULL;
    }
    r->shared =
        mmap(NULL, sizeof *r->shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (r->shared == MAP_FAILED)
        abort();
    r->emulator = start_emulator(r->shared, tun);
    for (int i = 0; i < RADIO_SIDES; i++)
        close(tun[i]);
    return r;
}

bool radio_possible(void)
{
    char why[256];
    int status = 1;
    pid_t pid = fork();
    if (pid == 0) {
        struct radio *r = radio_open(why, sizeof why);
        if (r == NULL)
            fprintf(stderr, "%s\n", why);
        else
            radio_close(r);
        _exit(r == NULL);
    }
    return waitpid(pid, &status, 0) == pid && status == 0;
}

void radio_shape(struct radio *r, const struct radio_shape *shape, unsigned seed)
{
    struct timespec ms = {0, 1000000};
    r->shared->shape = *shape;
    r->shared->seed = seed;
    int asked = atomic_fetch_add(&r->shared->asked, 1) + 1;
    while (atomic_load(&r->shared->taken) != asked)
        nanosleep(&ms, NULL);
}

void radio_read(const struct radio *r, struct radio_state *out)
{
    *out = r->shared->state;
}

int radio_namespace(const struct radio *r, enum radio_side side)
{
    return r->ns[side];
}

void radio_close(struct radio *r)
{
    kill(r->emulator, SIGKILL);
    waitpid(r->emulator, NULL, 0);
    for (int i = 0; i < RADIO_SIDES; i++)
        close(r->ns[i]);
    munmap(r->shared, sizeof *r->shared);
    free(r);
}
