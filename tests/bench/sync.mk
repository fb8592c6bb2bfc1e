# make bench-sync, as root: the same records by PouchDB, one POST each, rsync, fossil, one PUT and by us over the same emulated
# links (tests/bench/sync). How to choose among them: tests/bench/sync/sync.c.
SYNC_OBJS := $(call objs,$(wildcard tests/bench/sync/*.c))
SYNC_NODE = $(BENCH)/sync/node

$(BENCH)/sync/sync: $(SYNC_OBJS) $(ARCHIVES)
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) -lm $(call libs,$(TEST_PKGS))

$(SYNC_NODE)/node_modules: tests/bench/sync/package.json tests/bench/sync/package-lock.json
	@mkdir -p $(@D) && cp $^ $(@D)/
	@cd $(@D) && npm ci --silent --ignore-scripts --no-audit --no-fund && touch node_modules

bench-sync: DEBS += $(filter-out chromium-%,$(BROWSER_DEBS)) fossil rsync curl iproute2
bench-sync: deps
	@$(MAKE) B=$(B) all $(BENCH)/gen $(BENCH)/sync/sync $(SYNC_NODE)/node_modules
	@SYNC_BUILD=$(abspath $(B)) SYNC_NODE=$(abspath $(SYNC_NODE)) SYNC_HERE=$(abspath tests/bench/sync) $(BENCH)/sync/sync

.PHONY: bench-sync
