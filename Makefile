# mod_cors: plain make over apxs.
#
#   make            build build/mod_cors.so
#   make install    into httpd's module directory; make uninstall
#   make run        the demo; installs what is missing
#   make test       everything that must pass; installs what is missing
#   make unit http browser lint    parts of it
#   make asan       unit and HTTP tests under AddressSanitizer and UBSan
#                   (TESTS=tests/http/test_7* for a part of the latter)
#   make memcheck   unit tests under valgrind
#   make tsan       lists replaced under requests, watched by ThreadSanitizer
#   make soak       ten thousand reloads under load (SOAK=... for another number)
#   make soak-million   a million requests, every answer compared, while children
#                   are killed, the server is restarted and lists go bad
#                   (MILLION=... for another number)
#   make bench      what it costs, in instructions a request
#
# A build of another kind: make BUILD=build/asan OPT="-O1 -g -fsanitize=address"

BUILD ?= build
CC ?= cc
APXS ?= $(firstword $(shell command -v apxs apxs2 2>/dev/null))
APR_CONFIG ?= $(firstword $(shell command -v apr-1-config 2>/dev/null))
PKG_CONFIG ?= pkg-config
PYTHON ?= /usr/bin/python3

OPT ?= -O2 -g
WARNINGS = -std=c11 -Wall -Wextra -Wshadow -Wconversion -Werror
HARDENING = -fPIC -fvisibility=hidden -fstack-protector-strong

# Asked for once, and only by what is built: "make deps" runs without them.
system = $(patsubst -I%,-isystem %,$(1))
APR_FLAGS = $(eval APR_FLAGS := $(call system,$(shell $(APR_CONFIG) --includes --cppflags)))$(APR_FLAGS)
HTTPD_FLAGS = $(eval HTTPD_FLAGS := -isystem $(shell $(APXS) -q INCLUDEDIR) $(call system,$(shell apu-1-config --includes)))$(HTTPD_FLAGS)
LIB_FLAGS = $(eval LIB_FLAGS := $(call system,$(shell $(PKG_CONFIG) --cflags libpsl libpcre2-8 jansson)))$(LIB_FLAGS)
LIBS = $(eval LIBS := $(shell $(PKG_CONFIG) --libs libpsl libpcre2-8 jansson))$(LIBS)

CORE = $(wildcard src/core/*.c)
GLUE = $(wildcard src/httpd/*.c) mod_cors.c
CORE_OBJECTS = $(CORE:%.c=$(BUILD)/%.o)
GLUE_OBJECTS = $(GLUE:%.c=$(BUILD)/%.o)

.PHONY: all install uninstall run test unit stress tsan http browser lint clean
.DELETE_ON_ERROR:

all: $(BUILD)/mod_cors.so

# The core sees APR and its own libraries; <httpd.h> is not on its path.
$(BUILD)/src/core/%.o: src/core/%.c
	@mkdir -p $(@D)
	@echo '  CC    $<'
	@$(CC) $(WARNINGS) $(HARDENING) $(OPT) $(CFLAGS) -Isrc/core $(APR_FLAGS) $(LIB_FLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	@echo '  CC    $<'
	@$(CC) $(WARNINGS) $(HARDENING) $(OPT) $(CFLAGS) -I. -Isrc/core -Isrc/httpd $(HTTPD_FLAGS) $(APR_FLAGS) $(LIB_FLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/mod_cors.so: $(CORE_OBJECTS) $(GLUE_OBJECTS)
	@echo '  LINK  $@'
	@$(CC) -shared $(OPT) $(LDFLAGS) -o $@ $^ $(LIBS)

-include $(CORE_OBJECTS:.o=.d) $(GLUE_OBJECTS:.o=.d)

# ------------------------------------------------------------------- install

PREFIX ?= /usr/local
LIBEXECDIR = $(DESTDIR)$(shell $(APXS) -q LIBEXECDIR)
BINDIR = $(DESTDIR)$(PREFIX)/bin
MANDIR = $(DESTDIR)$(PREFIX)/share/man/man1

install: all
	install -d "$(LIBEXECDIR)"
	install -m 644 $(BUILD)/mod_cors.so "$(LIBEXECDIR)/mod_cors.so"
	install -d "$(BINDIR)" "$(MANDIR)"
	install -m 755 tools/cors-explain "$(BINDIR)/cors-explain"
	install -m 644 docs/cors-explain.1 "$(MANDIR)/cors-explain.1"
	@echo 'Now add to the configuration: LoadModule cors_module $(shell $(APXS) -q LIBEXECDIR)/mod_cors.so'

uninstall:
	rm -f "$(LIBEXECDIR)/mod_cors.so" "$(BINDIR)/cors-explain" "$(MANDIR)/cors-explain.1"

# ---------------------------------------------------------------------- demo

# The demo is for developers: in production the page is kept out.
run: export ENV := $(or $(ENV),development)
run:
	@tools/deps.sh build
	@$(MAKE) --no-print-directory all
	@CORS_MODULE="$(BUILD)/mod_cors.so" conf/demo/run.sh

# --------------------------------------------------------------------- tests

# pytest comes last: its summary is the last line. Two runs, for each of the two
# folders has fixtures of its own.
test:
	@tools/deps.sh build
	@tools/deps.sh test
	@$(MAKE) --no-print-directory all unit lint
	@$(MAKE) --no-print-directory http browser

JOBS ?= 2
PYTEST = $(PYTHON) -B -m pytest -q -p no:cacheprovider

http: $(BUILD)/corsload
http browser: all
	@echo '  TEST  tests/$@'
	@CORS_MODULE="$(BUILD)/mod_cors.so" $(PYTEST) -n $(JOBS) tests/$@

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
	@$(CC) $(WARNINGS) $(OPT) $(CFLAGS) -Isrc/core -Itests/unit $(APR_FLAGS) $(LIB_FLAGS) $(CHECK_FLAGS) -MMD -MP -c -o $@ $<

# What tests/unit/faults.c stands in front of.
FAULTS = cors_block_alloc cors_block_resize cors_block_free cors_pool_create \
    memfd_create pwrite pwrite64 fallocate fallocate64 apr_stat apr_file_read \
    apr_sleep

$(BUILD)/unit: $(UNIT_OBJECTS) $(CORE_OBJECTS)
	@echo '  LINK  $@'
	@$(CC) $(OPT) $(LDFLAGS) -pthread $(FAULTS:%=-Wl,--wrap=%) -o $@ $^ $(LIBS) $$(apu-1-config --link-ld) $$($(APR_CONFIG) --link-ld) $$($(PKG_CONFIG) --libs check)

-include $(UNIT_OBJECTS:.o=.d)

unit: $(BUILD)/unit stress
	@$(BUILD)/unit

# Lists are replaced while requests look at them, for CORS_STRESS_SECONDS.
STRESS_OBJECTS = $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/stress/*.c))

$(BUILD)/tests/stress/%.o: tests/stress/%.c
	@mkdir -p $(@D)
	@echo '  CC    $<'
	@$(CC) $(WARNINGS) $(OPT) $(CFLAGS) -Isrc/core $(APR_FLAGS) -MMD -MP -c -o $@ $<

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
TESTS ?= tests/http

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

# The guards, and the other compiler's opinion.
lint:
	@tests/lint/run
	@$(MAKE) --no-print-directory -s BUILD=build/clang CC=clang all

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
	@CORS_MODULE="$(BUILD)/mod_cors.so" CORS_BENCH_MODULES="$(BUILD)/tests/bench" $(PYTHON) -B tests/bench/run.py

clean:
	rm -rf build
