# mod_cors: plain make over apxs.
#
#   make          build build/mod_cors.so
#   make install  into httpd's module directory (DESTDIR is honoured)
#   make run      the demo            make test   everything that must pass
#
# Debug or sanitizer builds: make BUILD=build/asan OPT="-O1 -g -fsanitize=address"

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
LIB_FLAGS = $(eval LIB_FLAGS := $(call system,$(shell $(PKG_CONFIG) --cflags libpsl libpcre2-8)))$(LIB_FLAGS)
LIBS = $(eval LIBS := $(shell $(PKG_CONFIG) --libs libpsl libpcre2-8))$(LIBS)

CORE = $(wildcard src/core/*.c)
GLUE = $(wildcard src/httpd/*.c) mod_cors.c
CORE_OBJECTS = $(CORE:%.c=$(BUILD)/%.o)
GLUE_OBJECTS = $(GLUE:%.c=$(BUILD)/%.o)

.PHONY: all install uninstall run test unit http browser lint deps deps-test clean
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

clean:
	rm -rf $(BUILD)
