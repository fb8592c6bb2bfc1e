# How much one hub takes, beside the limit of its database.
HUB_BENCH_LIB := $(filter-out tests/bench/hub/hub.c tests/bench/hub/fleet.c,$(wildcard tests/bench/hub/*.c))

$(BENCH)/hub/%: $(B)/obj/tests/bench/hub/%.o $(call objs,$(HUB_BENCH_LIB) $(E2E_LIB)) $(ARCHIVES)
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) -lutil $(call libs,$(TEST_PKGS))

bench-hub:
	@$(MAKE) $(B)/jiujin $(B)/jiujin-hub $(BENCH)/hub/hub
	@JIUJIN_BUILD=$(B) $(BENCH)/hub/hub
bench:: bench-hub
.PHONY: bench-hub
