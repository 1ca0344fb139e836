/* SPDX-License-Identifier: Apache-2.0 */
/*
 * corsload: asks a server fast, from several connections at once, and compares
 * every answer with what is right.
 *
 *     corsload PORT CLIENTS ANSWERS PLAN
 *
 * It goes on until there have been so many answers and its standard input is at
 * its end, more slowly when only the latter is missing. Each client sends one request to eight at a time without waiting for
 * answers, and begins a new connection now and then. What a server leaves
 * unanswered when it hangs up is asked again.
 *
 * It prints "NAME NUMBER" for what it counted, an "entry" line for each entry
 * of the plan with how often each of its answers was given, and some of what
 * was wrong.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>

#include "answer.h"
#include "plan.h"

enum {
    CLIENTS_MAX = 64,
    AT_ONCE = 8,
    PAUSE = 20000,           /* microseconds, once there are enough answers */
    BATCHES = 64,            /* at most, on a connection */
    SECONDS = 30,            /* without an answer */
    EXAMPLES = 10
};

static plan_t plan;
static int port;
static atomic_long answers_left;
static atomic_bool may_end;
static atomic_ulong counted[UNCLEAR + 1], wrong, unreachable, connections,
    numbers, examples;

typedef struct asked_t {
    entry_t *entry;
    char number[NUMBER_LEN + 1];
} asked_t;

typedef struct client_t {
    uint64_t lots;
    asked_t asked[AT_ONCE];
    int n_asked;             /* still without an answer */
    char *request;           /* of the largest */
    answer_t answer;
    stream_t stream;
} client_t;

static unsigned draw(client_t *client)
{
    client->lots ^= client->lots << 13;
    client->lots ^= client->lots >> 7;
    client->lots ^= client->lots << 17;
    return (unsigned)(client->lots >> 20);
}

/* In one write, so that clients do not mix theirs. */
static void show(const asked_t *asked, const char *what, const char *text)
{
    char line[2000];
    size_t used;

    if (atomic_fetch_add(&examples, 1) >= EXAMPLES) {
        return;
    }
    used = (size_t)snprintf(line, sizeof line, "example %s %s %s ",
                            asked->entry->name, asked->number, what);
    for (; *text != '\0' && used < sizeof line - 2; text++) {
        line[used++] = *text == '\n' ? '|'
                     : isprint((unsigned char)*text) ? *text : '?';
    }
    line[used++] = '\n';
    (void)fwrite(line, 1, used, stdout);
}

/* -------------------------------------------------------------- connection */

static bool connect_client(client_t *client)
{
    const struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    const struct timeval patience = {.tv_sec = SECONDS};
    const int on = 1;
    const int fd = socket(AF_INET, SOCK_STREAM, 0);

    client->stream.fd = fd;
    client->stream.start = client->stream.end = 0;
    if (fd < 0
        || connect(fd, (const struct sockaddr *)&address, sizeof address)) {
        atomic_fetch_add(&unreachable, 1);
        if (fd >= 0) {
            (void)close(fd);
        }
        (void)usleep(10000);
        return false;
    }
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    (void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    atomic_fetch_add(&connections, 1);
    return true;
}

static bool send_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        const ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

        if (n <= 0) {
            return false;
        }
        bytes += n;
        len -= (size_t)n;
    }
    return true;
}

/* -------------------------------------------------------------- a few at once */

static void choose(client_t *client)
{
    const int n = 1 + (int)(draw(client) % AT_ONCE);

    while (client->n_asked < n) {
        asked_t *asked = &client->asked[client->n_asked++];

        asked->entry = plan_draw(&plan, draw(client));
        (void)snprintf(asked->number, sizeof asked->number, "%0*lu",
                       NUMBER_LEN,
                       atomic_fetch_add(&numbers, 1) % 100000000);
    }
}

static void ask(client_t *client)
{
    for (int i = 0; i < client->n_asked; i++) {
        const asked_t *asked = &client->asked[i];
        const char *request = asked->entry->request;

        if (asked->entry->is_numbered) {
            plan_number(client->request, request, asked->entry->request_len,
                        asked->number);
            request = client->request;
        }
        if (!send_all(client->stream.fd, request,
                      asked->entry->request_len)) {
            return;  /* reading will tell */
        }
    }
}

static void check(const client_t *client, const asked_t *asked)
{
    const int which = entry_match(asked->entry, client->answer.text,
                                  asked->number);

    if (which >= 0) {
        atomic_fetch_add(&asked->entry->given[which], 1);
        return;
    }
    atomic_fetch_add(&wrong, 1);
    show(asked, "wrong", client->answer.text);
}

/* false: the connection is of no more use. */
static bool hear(client_t *client)
{
    static const char *const names[] = {"received", "lost", "torn", "silent",
                                        "unclear"};
    int done = 0;
    bool goes_on = true;

    while (goes_on && done < client->n_asked) {
        const received_t received = answer_read(&client->answer,
                                                &client->stream);

        atomic_fetch_add(&counted[received], 1);
        if (received != RECEIVED) {
            if (received != LOST) {
                show(&client->asked[done], names[received], "");
            }
            goes_on = false;
            break;
        }
        atomic_fetch_sub(&answers_left, 1);
        check(client, &client->asked[done]);
        goes_on = !client->answer.closes;
        done++;
    }
    client->n_asked -= done;
    memmove(client->asked, client->asked + done,
            (size_t)client->n_asked * sizeof client->asked[0]);
    return goes_on;
}

static bool is_over(void)
{
    return atomic_load(&answers_left) <= 0 && atomic_load(&may_end);
}

static void *run(void *data)
{
    client_t *client = data;

    while (!is_over()) {
        int batches = 1 + (int)(draw(client) % BATCHES);

        if (!connect_client(client)) {
            continue;
        }
        do {
            if (atomic_load(&answers_left) <= 0) {
                (void)usleep(PAUSE);
            }
            choose(client);
            ask(client);
        } while (hear(client) && --batches > 0 && !is_over());
        (void)close(client->stream.fd);
    }
    return NULL;
}

/* ------------------------------------------------------------------------- */

static void wait_for_the_end_of_input(void)
{
    char byte;

    while (read(STDIN_FILENO, &byte, 1) > 0) {
        continue;
    }
    atomic_store(&may_end, true);
}

static void report(void)
{
    printf("answers %lu\nlost %lu\ntorn %lu\nsilent %lu\nunclear %lu\n"
           "wrong %lu\nunreachable %lu\nconnections %lu\n",
           counted[RECEIVED], counted[LOST], counted[TORN], counted[SILENT],
           counted[UNCLEAR], wrong, unreachable, connections);
    for (int i = 0; i < plan.n; i++) {
        entry_t *entry = &plan.entries[i];

        printf("entry %s", entry->name);
        for (int k = 0; k < entry->n_answers; k++) {
            printf(" %lu", entry->given[k]);
        }
        putchar('\n');
    }
}

static client_t *make(int number)
{
    client_t *client = calloc(1, sizeof *client);
    size_t largest = 0;

    for (int i = 0; i < plan.n; i++) {
        if (plan.entries[i].request_len > largest) {
            largest = plan.entries[i].request_len;
        }
    }
    if (client == NULL || (client->request = malloc(largest + 1)) == NULL) {
        fputs("corsload: no memory\n", stderr);
        exit(EXIT_FAILURE);
    }
    client->lots = UINT64_C(88172645463325252) + (uint64_t)number * 7919;
    return client;
}

int main(int argc, char **argv)
{
    const int clients = argc == 5 ? atoi(argv[2]) : 0;
    pthread_t threads[CLIENTS_MAX];

    if (clients < 1 || clients > CLIENTS_MAX || !plan_read(&plan, argv[4])) {
        fputs("usage: corsload PORT CLIENTS ANSWERS PLAN\n", stderr);
        return 2;
    }
    port = atoi(argv[1]);
    atomic_store(&answers_left, atol(argv[3]));
    (void)signal(SIGPIPE, SIG_IGN);
    for (int i = 0; i < clients; i++) {
        if (pthread_create(&threads[i], NULL, run, make(i)) != 0) {
            return EXIT_FAILURE;
        }
    }
    wait_for_the_end_of_input();
    for (int i = 0; i < clients; i++) {
        (void)pthread_join(threads[i], NULL);
    }
    report();
    return EXIT_SUCCESS;
}
