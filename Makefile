# mod_cors: plain make over apxs.
#
#   make            build build/mod_cors.so
#   make install    into httpd's directories; make uninstall
#   make run        the demo; installs what is missing
#   make test       everything that must pass; installs what is missing
#   make unit http browser package lint    parts of it
#                   (make http TESTS=tests/http/test_7* for a part of that)
#   make analyze    the slow analyzers; make format: what .clang-format says
#   make asan       unit and HTTP tests under AddressSanitizer and UBSan
#                   (TESTS=tests/http/test_7* for a part of the latter)
#   make memcheck   unit tests under valgrind
#   make tsan       lists replaced under requests, watched by ThreadSanitizer
#   make soak       ten thousand reloads under load (SOAK=... for another number)
#   make soak-million   a million requests, every answer compared, while children
#                   are killed, the server is restarted and lists go bad
#                   (MILLION=... for another number)
#   make fuzz       what parses bytes, FUZZ_SECONDS (60) for each target
#   make fuzz-coverage  how much of the parsers the corpus reaches
#   make bench      what it costs: in instructions a request, and beside other
#                   servers (PEERS=no leaves these out)
#   make bench-peers  the latter alone
#   make dist deb rpm check-package    archive and packages: packaging/package.mk
#
# A build of another kind: make BUILD=build/asan OPT="-O1 -g -fsanitize=address"

BUILD ?= build
CC ?= cc
APXS ?= $(firstword $(shell command -v apxs apxs2 2>/dev/null))
APR_CONFIG ?= $(firstword $(shell command -v apr-1-config 2>/dev/null))
PKG_CONFIG ?= pkg-config
PYTHON ?= /usr/bin/python3

OPT ?= -O2 -g
WERROR ?= -Werror
WARNINGS = -std=c11 -Wall -Wextra -Wshadow -Wconversion $(WERROR)
HARDENING = -fPIC -fvisibility=hidden -fstack-protector-strong

# Asked for once, and only by what is built: "make deps" runs without them.
system = $(patsubst -I%,-isystem %,$(1))
APR_FLAGS = $(eval APR_FLAGS := $(call system,$(shell $(APR_CONFIG) --includes --cppflags) $(shell apu-1-config --includes)))$(APR_FLAGS)
HTTPD_FLAGS = $(eval HTTPD_FLAGS := -isystem $(shell $(APXS) -q INCLUDEDIR))$(HTTPD_FLAGS)
LIB_FLAGS = $(eval LIB_FLAGS := $(call system,$(shell $(PKG_CONFIG) --cflags libpsl libpcre2-8 jansson)))$(LIB_FLAGS)
LIBS = $(eval LIBS := $(shell $(PKG_CONFIG) --libs libpsl libpcre2-8 jansson))$(LIBS)

CORE = $(wildcard src/core/*.c)
GLUE = $(wildcard src/httpd/*.c) mod_cors.c
CORE_OBJECTS = $(CORE:%.c=$(BUILD)/%.o)
GLUE_OBJECTS = $(GLUE:%.c=$(BUILD)/%.o)

.PHONY: all install uninstall run test unit stress tsan http package browser lint clean
.DELETE_ON_ERROR:

all: $(BUILD)/mod_cors.so

# The core sees APR and its own libraries; <httpd.h> is not on its path.
$(BUILD)/src/core/%.o: src/core/%.c
	@mkdir -p $(@D)
	@echo '  CC    $<'
	@$(CC) $(WARNINGS) $(HARDENING) $(OPT) $(CPPFLAGS) $(CFLAGS) -Isrc/core $(APR_FLAGS) $(LIB_FLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo '  CC    $<'
	@$(CC) $(WARNINGS) $(HARDENING) $(OPT) $(CPPFLAGS) $(CFLAGS) -I. -Isrc/core -Isrc/httpd $(HTTPD_FLAGS) $(APR_FLAGS) $(LIB_FLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/mod_cors.so: $(CORE_OBJECTS) $(GLUE_OBJECTS)
	@echo '  LINK  $@'
	@$(CC) -shared $(OPT) $(LDFLAGS) -o $@ $^ $(LIBS)

-include $(CORE_OBJECTS:.o=.d) $(GLUE_OBJECTS:.o=.d)

# ------------------------------------------------------------------- install

# Where things go is what apxs says. LAYOUT is whose arrangement of configuration
# files to follow: debian, fedora, or none; by itself, that of this machine.
PREFIX ?= /usr/local
LIBEXECDIR = $(eval LIBEXECDIR := $(shell $(APXS) -q LIBEXECDIR))$(LIBEXECDIR)
SYSCONFDIR = $(eval SYSCONFDIR := $(shell $(APXS) -q SYSCONFDIR))$(SYSCONFDIR)
LAYOUT = $(shell tools/config.sh layout "$(SYSCONFDIR)")
BINDIR = $(PREFIX)/bin
MANDIR = $(PREFIX)/share/man/man1
DOCDIR = $(PREFIX)/share/doc/mod_cors

DOCUMENTS = README.md CHANGES LICENSE SECURITY.md $(wildcard docs/*.md)
GUIDES = $(wildcard docs/guides/*.md)
EXAMPLES = conf/cors.conf $(wildcard conf/examples/*)
ORIGINS = $(wildcard conf/origins/*)
CONFIG = tools/config.sh $(1) "$(LAYOUT)" "$(DESTDIR)$(SYSCONFDIR)" "$(LIBEXECDIR)" "$(DOCDIR)"

install: all
	@tools/config.sh check "$(LAYOUT)"
	install -d "$(DESTDIR)$(LIBEXECDIR)" "$(DESTDIR)$(BINDIR)" "$(DESTDIR)$(MANDIR)"
	install -m 755 $(BUILD)/mod_cors.so "$(DESTDIR)$(LIBEXECDIR)/mod_cors.so"
	install -m 755 tools/cors-explain "$(DESTDIR)$(BINDIR)/cors-explain"
	install -m 644 docs/cors-explain.1 "$(DESTDIR)$(MANDIR)/cors-explain.1"
	install -d "$(DESTDIR)$(DOCDIR)/guides" "$(DESTDIR)$(DOCDIR)/examples/origins"
	install -m 644 $(DOCUMENTS) "$(DESTDIR)$(DOCDIR)"
	install -m 644 $(GUIDES) "$(DESTDIR)$(DOCDIR)/guides"
	install -m 644 $(EXAMPLES) "$(DESTDIR)$(DOCDIR)/examples"
	install -m 644 $(ORIGINS) "$(DESTDIR)$(DOCDIR)/examples/origins"
	@$(call CONFIG,install)

# The configuration first: httpd does not start with a LoadModule of nothing.
uninstall:
	@$(call CONFIG,uninstall)
	rm -f "$(DESTDIR)$(LIBEXECDIR)/mod_cors.so" "$(DESTDIR)$(BINDIR)/cors-explain" "$(DESTDIR)$(MANDIR)/cors-explain.1"
	rm -f $(foreach file,$(notdir $(DOCUMENTS)),"$(DESTDIR)$(DOCDIR)/$(file)")
	rm -f $(foreach file,$(notdir $(GUIDES)),"$(DESTDIR)$(DOCDIR)/guides/$(file)")
	rm -f $(foreach file,$(notdir $(EXAMPLES)) $(ORIGINS:conf/%=%),"$(DESTDIR)$(DOCDIR)/examples/$(file)")
	-rmdir "$(DESTDIR)$(DOCDIR)/guides" "$(DESTDIR)$(DOCDIR)/examples/origins" "$(DESTDIR)$(DOCDIR)/examples" "$(DESTDIR)$(DOCDIR)"

# ---------------------------------------------------------------------- demo

# The demo is for developers: in production the page is kept out.
run: export ENV := $(or $(ENV),development)
run:
	@tools/deps.sh build
	@$(MAKE) --no-print-directory all
	@CORS_MODULE="$(BUILD)/mod_cors.so" conf/demo/run.sh

# --------------------------------------------------------------------- tests

# pytest comes last: its summary is the last line. A run for each folder, which
# has fixtures of its own.
test:
	@tools/deps.sh build
	@tools/deps.sh test
	@$(MAKE) --no-print-directory all unit lint
	@$(MAKE) --no-print-directory http package browser

JOBS ?= 2
TESTS ?= tests/http
PYTEST = $(PYTHON) -B -m pytest -q -p no:cacheprovider

http: $(BUILD)/corsload
http package browser: all
	@echo '  TEST  tests/$@'
	@CORS_MODULE="$(BUILD)/mod_cors.so" $(PYTEST) -n $(JOBS) $(if $(filter http,$@),$(TESTS),tests/$@)

# A client that compares every answer, fast enough for a million of them.
LOAD_OBJECTS = $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/load/*.c))

$(BUILD)/tests/load/%.o: tests/load/%.c
	@mkdir -p $(@D)
	@echo '  CC    $<'
	@$(CC) $(WARNINGS) -D_GNU_SOURCE $(OPT) $(CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/corsload: $(LOAD_OBJECTS)
	@echo '  LINK  $@'
	@$(CC) $(OPT) $(LDFLAGS) -pthread -o $@ $^

-include $(LOAD_OBJECTS:.o=.d)

SOAK ?= 10000

.PHONY: soak
soak: all
	@echo '  SOAK  $(SOAK) reloads'
	@CORS_MODULE="$(BUILD)/mod_cors.so" CORS_SOAK_RELOADS=$(SOAK) $(PYTEST) -s tests/http/test_505_many_reloads.py

MILLION ?= 1000000

.PHONY: soak-million
soak-million:
	@tools/deps.sh build
	@tools/deps.sh test
	@$(MAKE) --no-print-directory all $(BUILD)/corsload
	@echo '  SOAK  $(MILLION) requests on bad days'
	@CORS_MODULE="$(BUILD)/mod_cors.so" CORS_SOAK_REQUESTS=$(MILLION) $(PYTEST) -s tests/http/test_790_million.py

UNIT_OBJECTS = $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/unit/*.c))
CHECK_FLAGS = $(call system,$(shell $(PKG_CONFIG) --cflags check))

$(BUILD)/tests/unit/%.o: tests/unit/%.c
	@mkdir -p $(@D)
	@echo '  CC    $<'
	@$(CC) $(WARNINGS) $(OPT) $(CPPFLAGS) $(CFLAGS) -Isrc/core -Itests/unit $(APR_FLAGS) $(LIB_FLAGS) $(CHECK_FLAGS) -MMD -MP -c -o $@ $<

# What tests/unit/faults.c stands in front of.
FAULTS = cors_block_alloc cors_block_resize cors_block_free cors_pool_create \
    memfd_create pwrite pwrite64 fallocate fallocate64 apr_stat apr_file_read \
    apr_sleep

$(BUILD)/unit: $(UNIT_OBJECTS) $(CORE_OBJECTS)
	@echo '  LINK  $@'
	@$(CC) $(OPT) $(LDFLAGS) -pthread $(FAULTS:%=-Wl,--wrap=%) -o $@ $^ $(LIBS) $$(apu-1-config --link-ld) $$($(APR_CONFIG) --link-ld) $$($(PKG_CONFIG) --libs check)

-include $(UNIT_OBJECTS:.o=.d)

unit: $(BUILD)/unit stress fuzz-replay
	@$(BUILD)/unit

# Lists are replaced while requests look at them, for CORS_STRESS_SECONDS.
STRESS_OBJECTS = $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/stress/*.c))

$(BUILD)/tests/stress/%.o: tests/stress/%.c
	@mkdir -p $(@D)
	@echo '  CC    $<'
	@$(CC) $(WARNINGS) $(OPT) $(CPPFLAGS) $(CFLAGS) -Isrc/core $(APR_FLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/stress: $(STRESS_OBJECTS) $(CORE_OBJECTS)
	@echo '  LINK  $@'
	@$(CC) $(OPT) $(LDFLAGS) -pthread -o $@ $^ $(LIBS) $$(apu-1-config --link-ld) $$($(APR_CONFIG) --link-ld)

-include $(STRESS_OBJECTS:.o=.d)

stress: $(BUILD)/stress
	@$(BUILD)/stress

# The same under ThreadSanitizer, of both compilers; it knows fewer ways to lay
# out memory than kernels do. Then the module in httpd: two threads of its code
# that use the same memory are seen, whoever calls it. httpd and APR are not
# instrumented: of them only locks and threads are known, so that what the module
# and they do to the same memory is not seen.
TSAN_OPT = -O1 -g -fsanitize=thread
TSAN_TESTS ?= tests/http/test_295* tests/http/test_503* tests/http/test_513* tests/http/test_790*
FIXED = $$(setarch -R echo setarch -R 2>/dev/null)

.PHONY: tsan-http
tsan: export CORS_STRESS_SECONDS := $(or $(CORS_STRESS_SECONDS),5)
tsan:
	@tools/deps.sh build
	@tools/deps.sh test
	@for cc in gcc clang; do \
	    $(FIXED) $(MAKE) --no-print-directory BUILD=build/tsan/$$cc CC=$$cc OPT='$(TSAN_OPT)' stress || exit 1; \
	done
	@$(FIXED) $(MAKE) --no-print-directory BUILD=build/tsan/gcc CC=gcc OPT='$(TSAN_OPT)' tsan-http

tsan-http: all $(BUILD)/corsload
	@echo '  TSAN  $(TSAN_TESTS)'
	@TSAN_OPTIONS="ignore_noninstrumented_modules=1:report_thread_leaks=0" \
	    tests/sanitized thread "$(BUILD)/mod_cors.so" $(PYTEST) $(TSAN_TESTS)

# The module, the unit tests and the clients report and end at the first fault.
# httpd itself is not instrumented: the sanitizer's library goes before it, and
# what it and APR leave at their end is not looked at. Leaks are looked for in
# the unit tests.
ASAN_OPT = -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined

.PHONY: asan asan-http memcheck
asan:
	@tools/deps.sh build
	@tools/deps.sh test
	@$(MAKE) --no-print-directory BUILD=build/asan CC=gcc OPT='$(ASAN_OPT)' unit asan-http

asan-http: all $(BUILD)/corsload
	@echo '  ASAN  $(TESTS)'
	@ASAN_OPTIONS="detect_leaks=0:abort_on_error=1:handle_segv=2:handle_sigbus=2:handle_sigfpe=2:handle_sigill=2" \
	    UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1:abort_on_error=1" \
	    tests/sanitized address "$(BUILD)/mod_cors.so" $(PYTEST) -n $(JOBS) $(TESTS)

# One process for all tests: a block that one of them loses is found at the end.
memcheck:
	@tools/deps.sh build
	@tools/deps.sh test
	@$(MAKE) --no-print-directory $(BUILD)/unit
	@echo '  CHECK tests/unit, under valgrind'
	@CK_FORK=no CK_VERBOSITY=normal valgrind -q --error-exitcode=1 --leak-check=full \
	    --errors-for-leak-kinds=definite,indirect,possible $(BUILD)/unit

# What parses bytes is fuzzed by clang's libFuzzer, each target for so long.
# Without clang, and in every "make test", the corpus is looked at once.
FUZZ_SECONDS ?= 60
FUZZ_TARGETS = $(sort $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c)))
FUZZ_SHARED = $(patsubst %,$(BUILD)/tests/fuzz/%.o,fuzz naive written)
FUZZ_LIBS = $(LIBS) $$(apu-1-config --link-ld) $$($(APR_CONFIG) --link-ld)
FUZZ_BUILD = BUILD=build/fuzz CC=clang OPT='-O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all'
COVERAGE_BUILD = BUILD=build/fuzz-coverage CC=clang OPT='-O0 -g -fprofile-instr-generate -fcoverage-mapping'

.PHONY: fuzz fuzz-replay fuzz-coverage fuzz-merge
.SECONDARY: $(FUZZ_SHARED) $(FUZZ_TARGETS:%=$(BUILD)/tests/fuzz/fuzz_%.o)

$(BUILD)/tests/fuzz/%.o: tests/fuzz/%.c
	@mkdir -p $(@D)
	@echo '  CC    $<'
	@$(CC) $(WARNINGS) $(OPT) $(CFLAGS) -Isrc/core -Itests/fuzz $(APR_FLAGS) $(LIB_FLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/replay_%: $(BUILD)/tests/fuzz/fuzz_%.o $(BUILD)/tests/fuzz/replay.o $(FUZZ_SHARED) $(CORE_OBJECTS)
	@echo '  LINK  $@'
	@$(CC) $(OPT) $(LDFLAGS) -pthread -o $@ $^ $(FUZZ_LIBS)

$(BUILD)/fuzz_%: $(BUILD)/tests/fuzz/fuzz_%.o $(FUZZ_SHARED) $(CORE_OBJECTS)
	@echo '  LINK  $@'
	@$(CC) $(OPT) -fsanitize=fuzzer $(LDFLAGS) -pthread -o $@ $^ $(FUZZ_LIBS)

-include $(wildcard $(BUILD)/tests/fuzz/*.d)

fuzz-replay: $(FUZZ_TARGETS:%=$(BUILD)/replay_%)
	@tests/fuzz/run replay $(BUILD) $(FUZZ_TARGETS)

fuzz fuzz-merge:
	@tools/deps.sh build
	@tools/deps.sh test
	@$(MAKE) --no-print-directory -s $(FUZZ_BUILD) $(FUZZ_TARGETS:%=build/fuzz/fuzz_%)
	@FUZZ_SECONDS=$(FUZZ_SECONDS) tests/fuzz/run $@ build/fuzz $(FUZZ_TARGETS)

fuzz-coverage:
	@tools/deps.sh build
	@tools/deps.sh test
	@$(MAKE) --no-print-directory -s $(COVERAGE_BUILD) $(FUZZ_TARGETS:%=build/fuzz-coverage/replay_%)
	@tests/fuzz/run coverage build/fuzz-coverage $(FUZZ_TARGETS)

# The guards, the other compiler's opinion, and that of the analyzers.
LINT_FLAGS = -std=c11 -I. -Isrc/core -Isrc/httpd $(HTTPD_FLAGS) $(APR_FLAGS) $(LIB_FLAGS)

lint:
	@tools/deps.sh lint
	@tests/lint/run
	@$(MAKE) --no-print-directory -s BUILD=build/clang CC=clang all
	@FLAGS='$(LINT_FLAGS)' tests/lint/analyzers quick

.PHONY: analyze format
analyze: lint
	@FLAGS='$(LINT_FLAGS)' tests/lint/analyzers slow

# What has changed since the last commit, or since FORMAT_SINCE.
FORMAT_SINCE ?= HEAD
format:
	@tools/deps.sh lint
	@git clang-format --extensions c,h $(FORMAT_SINCE)

# What it costs; BASELINE=update stores the figures.
BENCH_MODULES = $(patsubst %.c,$(BUILD)/%.so,$(wildcard tests/bench/*.c))

$(BENCH_MODULES): %.so: %.o
	@echo '  LINK  $@'
	@$(CC) -shared $(OPT) $(LDFLAGS) -o $@ $<

.PHONY: bench
bench:
	@tools/deps.sh build
	@tools/deps.sh test
	@$(MAKE) --no-print-directory -s all $(BENCH_MODULES)
	@status=0; \
	    CORS_MODULE="$(BUILD)/mod_cors.so" CORS_BENCH_MODULES="$(BUILD)/tests/bench" $(PYTHON) -B tests/bench/run.py || status=1; \
	    [ "$(PEERS)" = no ] || $(MAKE) --no-print-directory bench-peers || status=1; \
	    exit $$status

# Throughput and latency beside other servers: ROUNDS rounds, each load for
# DURATION seconds.
BENCH_GO = $(BUILD)/tests/bench/peers/server

$(BENCH_GO): tests/bench/peers/server.go
	@mkdir -p $(@D)
	@echo '  GO    $<'
	@GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE="$(abspath $(BUILD))/go" go build -o $@ $<

.PHONY: bench-peers
bench-peers:
	@tools/deps.sh build
	@tools/deps.sh bench
	@$(MAKE) --no-print-directory -s all $(BENCH_GO)
	@CORS_MODULE="$(BUILD)/mod_cors.so" CORS_BENCH_GO="$(BENCH_GO)" $(PYTHON) -B tests/bench/run_peers.py

# ------------------------------------------------------------------ packages

include packaging/package.mk

clean:
	rm -rf build
