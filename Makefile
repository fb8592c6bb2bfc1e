# Jiujin. Two programs: build/jiujin (the village) and build/jiujin-hub (the sub-centre).
#   make run    installs what is missing, builds, opens a demonstration site beside a hub
#   make test   installs what is missing, builds every variant, runs all tests
# Variants live beside each other: make B=build/clang CC=clang, make B=build/san SAN=1.

B      ?= build
PREFIX ?= /usr/local
CC      = gcc
VERSION = 0.1.0
MAKEFLAGS += --no-print-directory $(if $(filter 0,$(MAKELEVEL)),-j$(shell nproc))

# Debian's packages: to build, to test; to lint they are joined by those of LINT_DEBS.
DEBS      = gcc binutils libc6-dev pkg-config libsqlite3-dev libncurses-dev libcurl4-gnutls-dev libqrencode-dev \
            libmicrohttpd-dev libgnutls28-dev libsodium-dev libzstd-dev libjansson-dev libpng-dev gettext \
            libpango1.0-dev libcairo2-dev fonts-wqy-microhei libzip-dev libexpat1-dev libxlsxwriter-dev \
            libcsv-dev libcups2-dev libpq-dev \
            libcmocka-dev libvterm-dev libxkbcommon-dev zbar-tools zxing-cpp-tools poppler-utils clang libclang-rt-14-dev procps postgresql-15
LINT_DEBS = clang-format cppcheck mandoc
# What the browser's tests need, as COMMAND:PACKAGE; only what is not there in any form.
BROWSER   = chromium-headless-shell:chromium-headless-shell node:nodejs npm:npm
BROWSER_DEBS = $(foreach t,$(BROWSER),$(if $(shell command -v $(firstword $(subst :, ,$(t)))),,$(lastword $(subst :, ,$(t)))))

PKGS      = sqlite3 ncursesw libcurl libsodium jansson libqrencode libpng libzstd
HUB_PKGS  = sqlite3 libmicrohttpd gnutls libsodium jansson libqrencode libpng libzstd
TEST_PKGS = $(PKGS) libmicrohttpd gnutls cmocka vterm
LOAD_PKGS = pangocairo fontconfig libzip expat # loaded when they are needed, not linked: kiosk/print/drawlib.h
libs      = $(shell pkg-config --libs $(1) 2>/dev/null) -l:libcsv.a

WARN  = -Wall -Wextra -Wpedantic -Werror -Wformat=2 -Wconversion -Wsign-conversion \
        -Wimplicit-fallthrough -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes
HARD  = -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-clash-protection -fstack-protector-strong \
        -fcf-protection=full -fno-delete-null-pointer-checks -fno-strict-overflow -fno-strict-aliasing
HARD += $(if $(findstring clang,$(CC)),,-ftrivial-auto-var-init=zero)
WARN += $(if $(findstring clang,$(CC)),-Wno-string-concatenation)
ifdef SAN
  MODE = -O1 -g1 -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer \
         -Wno-format-truncation # sanitizers make this warning guess
  MODE += -fno-pie # sanitized programs start thousands of times: not to be moved in memory halves that
  LINK  = -no-pie -Wl,--as-needed # the latter as Debian's gcc does by itself where there are no sanitizers
else
  MODE = -O2 -g1 -fPIE $(HARD)
  LINK = -pie -Wl,-z,relro,-z,now,-z,noexecstack
endif
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) $(HUB_PKGS) 2>/dev/null)
PKG_CFLAGS += $(patsubst -I%,-isystem %,$(filter -I%,$(shell pkg-config --cflags $(LOAD_PKGS) 2>/dev/null)))
CPPFLAGS += -I. -D_GNU_SOURCE -DJIUJIN_VERSION='"$(VERSION)"' -DJIUJIN_LOCALE_DIR='"$(PREFIX)/share/locale"'
CFLAGS   += -std=c11 $(WARN) $(MODE) $(PKG_CFLAGS)
LDFLAGS  += $(LINK)

# The rooms. kiosk/cli and the hub's main see more than one of them; nothing else does.
KIOSK   := $(wildcard kiosk/*.c kiosk/base/*.c kiosk/secret/*.c kiosk/store/*.c kiosk/rules/*.c \
             kiosk/desk/*.c kiosk/print/*.c)
CLI     := $(wildcard kiosk/cli/*.c)
SCREENS := $(wildcard screens/*.c screens/widgets/*.c)
SYNC    := $(wildcard sync/wire/*.c sync/agent/*.c sync/reader/*.c sync/printer/*.c)
HUB     := $(filter-out sync/hub/main.c,$(wildcard sync/hub/*.c))
UNIT    := $(wildcard tests/unit/*_test.c)
E2E     := $(wildcard tests/e2e/*_test.c)
E2E_LIB := $(filter-out $(E2E),$(wildcard tests/e2e/*.c))
ASSETS  := $(sort $(shell find assets -type f ! -path 'assets/locale/*' ! -path 'assets/units/*'))
PARTS   := $(wildcard assets/locale/parts/*.po)
SOURCES := $(KIOSK) $(CLI) $(SCREENS) $(SYNC) $(HUB) $(wildcard sync/hub/main.c) $(UNIT) $(E2E) $(E2E_LIB)
objs     = $(patsubst %.c,$(B)/obj/%.o,$(1))
MO      := $(B)/locale/zh_CN/LC_MESSAGES/jiujin.mo
ARCHIVES = $(B)/libscreens.a $(B)/libhub.a $(B)/libsync.a $(B)/libkiosk.a
TESTS   := $(patsubst tests/unit/%.c,$(B)/tests/%,$(UNIT)) $(patsubst tests/e2e/%.c,$(B)/tests/e2e/%,$(E2E))

all: $(B)/jiujin $(B)/jiujin-hub $(MO)
tests: $(TESTS) all
objects: $(call objs,$(SOURCES)) $(B)/obj/assets.o

$(B)/jiujin: $(call objs,$(CLI)) $(B)/libscreens.a $(B)/libsync.a $(B)/libkiosk.a
	@echo "LD $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(call libs,$(PKGS))

$(B)/jiujin-hub: $(B)/obj/sync/hub/main.o $(B)/libhub.a $(B)/libsync.a $(B)/libkiosk.a
	@echo "LD $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(call libs,$(HUB_PKGS))

$(B)/libkiosk.a: $(call objs,$(KIOSK)) $(B)/obj/assets.o
$(B)/libscreens.a: $(call objs,$(SCREENS))
$(B)/libsync.a: $(call objs,$(SYNC))
$(B)/libhub.a: $(call objs,$(HUB))
$(B)/lib%.a:
	@mkdir -p $(@D) && rm -f $@ && ar rcs $@ $^

# One process for each: no shell, no mkdir, for there are a thousand of them.
.SECONDEXPANSION:
$(B)/obj/%.o: %.c | $$(@D)/.
	$(info CC $<)@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -MF $(@:.o=.d) -MT $@ -c -o $@ $<$(AFTER)

%/.:
	@mkdir -p $@

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
	@$(CC) -c -o $@ $(B)/obj/assets.s

# The catalogue of messages is joined from the rooms' parts, each under the one header.
$(MO): assets/locale/header.po $(PARTS)
	@mkdir -p $(@D) $(B)/locale/parts
	@for f in $(PARTS); do cat assets/locale/header.po $$f > $(B)/locale/parts/$${f##*/}; done
	@msgcat --use-first -o $(B)/locale/zh_CN.po $(patsubst assets/locale/%,$(B)/locale/%,$(PARTS))
	@msgfmt --check -o $@ $(B)/locale/zh_CN.po

# The workbooks that these read are written by the library for it.
$(B)/tests/xlsform_test $(B)/tests/form_mutation_test: TEST_PKGS += xlsxwriter libzip

# Each X_test.c is a program of its own, linked by the quicker of binutils' linkers; those of e2e drive
# the two programs that stand beside them. A PIN costs little in them: tests/e2e/pin.h.
QUICK_PIN = -Wl,--wrap=secret_pin_cost
$(B)/tests/%: $(B)/obj/tests/unit/%.o $(B)/obj/tests/e2e/pin.o $(ARCHIVES) | $(MO)
	@mkdir -p $(@D) && ln -sfn ../locale $(B)/tests/locale
	@$(CC) $(CFLAGS) $(LDFLAGS) $(QUICK_PIN) -fuse-ld=gold -o $@ $(filter %.o %.a,$^) $(call libs,$(TEST_PKGS))
$(B)/tests/keyboard_test: TEST_PKGS += xkbcommon
$(B)/tests/e2e/%: $(B)/obj/tests/e2e/%.o $(call objs,$(E2E_LIB)) $(ARCHIVES) | $(MO)
	@mkdir -p $(@D) && ln -sfn ../../locale $(B)/tests/e2e/locale
	@$(CC) $(CFLAGS) $(LDFLAGS) $(QUICK_PIN) -fuse-ld=gold -o $@ $(filter %.o %.a,$^) $(call libs,$(TEST_PKGS))

# Installs only what is not there; the building is left to a further make, which then finds it.
deps:
	@have=" $$(dpkg-query -W -f '$${Package}:$${db:Status-Abbrev}' $(DEBS) 2>/dev/null | tr -s ' \n' ' ')"; miss=; \
	  for p in $(DEBS); do case "$$have" in *" $$p:ii "*|*"ii$$p:ii "*) ;; *) miss="$$miss $$p";; esac; done; \
	  [ -z "$$miss" ] && exit 0; echo "installing:$$miss"; \
	  root=$$([ "$$(id -u)" = 0 ] || echo sudo); export DEBIAN_FRONTEND=noninteractive; \
	  $$root apt-get update -qq && $$root apt-get install -y -qq --no-install-recommends $$miss

# The one package of the browser's tests, by its lock.
$(B)/browser/node_modules: tests/browser/package.json tests/browser/package-lock.json
	@mkdir -p $(@D) && cp $^ $(@D)/
	@cd $(@D) && npm ci --silent --ignore-scripts --no-audit --no-fund && touch node_modules

run: deps
	@$(MAKE) all
	@tests/demo $(B)

# The spreadsheet program that superiors open our workbooks with, and a print scheduler.
test: DEBS += $(BROWSER_DEBS) libreoffice-calc-nogui unzip cups-daemon cups-client
test: deps
	@$(MAKE) B=$(B) tests fuzzers $(B)/browser/node_modules
	@$(MAKE) B=$(B)/san SAN=1 tests
	@$(MAKE) B=$(B)/clang CC=clang MODE=-fsyntax-only AFTER=' && touch $$@' objects
	@tests/run $(B) $(B)/san

bench:: deps
	@$(MAKE) all
check-more:: test
	@JIUJIN_BUSY_SECONDS=60 ONLY=e2e/booking_test tests/run $(B)
	@JIUJIN_CUT_STEP=1 ONLY=e2e/cut_test tests/run $(B)

FILES = $$(git ls-files '*.[ch]')
fmt lint: DEBS += $(LINT_DEBS)
fmt: deps
	clang-format -i $(FILES)
lint: deps
	@$(MAKE) $(MO)
	clang-format --dry-run -Werror $(FILES)
	ONLY=tests/house tests/run $(B)
	cppcheck --quiet --std=c11 --enable=warning,portability --inline-suppr --error-exitcode=1 \
	  --suppress=missingIncludeSystem -I. -D_GNU_SOURCE -j2 kiosk screens sync
	mandoc -T lint -W warning man/*.1

install: all
	install -D -t $(DESTDIR)$(PREFIX)/bin $(B)/jiujin $(B)/jiujin-hub
	install -D -m 644 $(MO) $(DESTDIR)$(PREFIX)/share/locale/zh_CN/LC_MESSAGES/jiujin.mo
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man1 man/*.1

clean:
	rm -rf $(B)

-include $(wildcard tests/bench/*.mk tests/fuzz/*.mk tests/sim/*.mk) $(shell find $(B)/obj -name '*.d' 2>/dev/null)
.SECONDARY:
.PHONY: all tests objects deps run test bench check-more fmt lint install clean
