# Jiujin. Two programs: build/jiujin (the village) and build/jiujin-hub (the sub-centre).
#   make run    installs what is missing, builds, opens a demonstration site
#   make test   installs what is missing, builds, runs all tests
# Variants live beside each other: make B=build/clang CC=clang, make B=build/san SAN=1.

B      ?= build
PREFIX ?= /usr/local
CC      = gcc
SHELL   = /bin/bash
VERSION = 0.1.0

PKGS     = sqlite3 ncursesw libsodium jansson libqrencode libpng libzstd
HUB_PKGS = libmicrohttpd
TEST_PKGS = cmocka vterm libcurl

WARN  = -Wall -Wextra -Wpedantic -Werror -Wformat=2 -Wconversion -Wsign-conversion \
        -Wimplicit-fallthrough -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes
HARD  = -D_FORTIFY_SOURCE=2 -fstack-clash-protection -fstack-protector-strong -fcf-protection=full \
        -fno-delete-null-pointer-checks -fno-strict-overflow -fno-strict-aliasing
HARD += $(if $(findstring clang,$(CC)),,-ftrivial-auto-var-init=zero)
ifdef SAN
  MODE = -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
else
  MODE = -O2 -g $(HARD)
  LINK = -Wl,-z,relro,-z,now,-z,noexecstack
endif
CPPFLAGS += -I. -D_GNU_SOURCE -DJIUJIN_VERSION='"$(VERSION)"' -DJIUJIN_LOCALE_DIR='"$(PREFIX)/share/locale"'
CFLAGS   += -std=c11 -fPIE $(WARN) $(MODE) $(shell pkg-config --cflags $(PKGS) $(HUB_PKGS) 2>/dev/null)
LDFLAGS  += -pie $(LINK)
LIBS      = $(shell pkg-config --libs $(PKGS))
HUB_LIBS  = $(shell pkg-config --libs sqlite3 libsodium jansson libzstd libqrencode libpng $(HUB_PKGS))

# The rooms. kiosk/cli and the hub's main see more than one of them; nothing else does.
KIOSK   := $(wildcard kiosk/*.c kiosk/base/*.c kiosk/secret/*.c kiosk/store/*.c kiosk/rules/*.c \
             kiosk/desk/*.c kiosk/print/*.c)
CLI     := $(wildcard kiosk/cli/*.c)
SCREENS := $(wildcard screens/*.c screens/widgets/*.c)
SYNC    := $(wildcard sync/wire/*.c sync/agent/*.c)
HUB     := $(filter-out sync/hub/main.c,$(wildcard sync/hub/*.c))
ASSETS  := $(sort $(shell find assets -type f ! -path 'assets/locale/*' ! -path 'assets/units/*'))
objs     = $(patsubst %.c,$(B)/obj/%.o,$(1))

PO := $(wildcard assets/locale/*.po)
MO := $(patsubst assets/locale/%.po,$(B)/locale/%/LC_MESSAGES/jiujin.mo,$(PO))

all: $(B)/jiujin $(B)/jiujin-hub $(MO)

$(B)/jiujin: $(call objs,$(CLI)) $(B)/libscreens.a $(B)/libsync.a $(B)/libkiosk.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(B)/jiujin-hub: $(B)/obj/sync/hub/main.o $(B)/libhub.a $(B)/libsync.a $(B)/libkiosk.a
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(HUB_LIBS)

$(B)/libkiosk.a: $(call objs,$(KIOSK)) $(B)/obj/assets.o
$(B)/libscreens.a: $(call objs,$(SCREENS))
$(B)/libsync.a: $(call objs,$(SYNC))
$(B)/libhub.a: $(call objs,$(HUB))
$(B)/%.a:
	@mkdir -p $(@D) && rm -f $@
	ar rcs $@ $^

$(B)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# assets/ goes into the programs by .incbin: one symbol a file, and a table of them sorted by name.
$(B)/obj/assets.o: $(ASSETS) Makefile
	@mkdir -p $(@D)
	@{ echo '.section .rodata'; i=0; for f in $(ASSETS); do \
	     echo ".La$$i: .incbin \"$$f\""; echo ".Le$$i: .byte 0"; \
	     echo ".Ln$$i: .asciz \"$${f#assets/}\""; i=$$((i+1)); done; \
	   echo '.section .data.rel.ro,"aw"'; echo '.balign 8'; \
	   echo '.globl asset_table'; echo 'asset_table:'; i=0; for f in $(ASSETS); do \
	     echo ".quad .Ln$$i, .La$$i, .Le$$i-.La$$i"; i=$$((i+1)); done; \
	   echo '.globl asset_count'; echo "asset_count: .quad $$i"; \
	   echo '.section .note.GNU-stack,"",@progbits'; } > $(B)/obj/assets.s
	$(CC) -c -o $@ $(B)/obj/assets.s

$(B)/locale/%/LC_MESSAGES/jiujin.mo: assets/locale/%.po
	@mkdir -p $(@D)
	msgfmt --check -o $@ $<

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
.PHONY: all

# Each tests/unit/X_test.c is a program of its own, linked to everything but the two mains.
UNIT := $(patsubst tests/unit/%.c,$(B)/tests/%,$(wildcard tests/unit/*_test.c))
TEST_LIBS = $(B)/libscreens.a $(B)/libhub.a $(B)/libsync.a $(B)/libkiosk.a
$(B)/tests/%: $(B)/obj/tests/unit/%.o $(TEST_LIBS)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) $(shell pkg-config --libs $(HUB_PKGS) $(TEST_PKGS))
