# How much one hub takes, beside the limit of its database.
HUB_BENCH_LIB := $(filter-out tests/bench/hub/hub.c tests/bench/hub/fleet.c,$(wildcard tests/bench/hub/*.c))

$(BENCH)/hub/%: $(B)/obj/tests/bench/hub/%.o $(call objs,$(HUB_BENCH_LIB) $(E2E_LIB)) $(ARCHIVES)
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) -lutil $(call libs,$(TEST_PKGS) libpq)

bench-hub:
	@$(MAKE) $(B)/jiujin $(B)/jiujin-hub $(BENCH)/hub/hub
	@JIUJIN_BUILD=$(B) $(BENCH)/hub/hub
bench:: bench-hub
.PHONY: bench-hub

# A day of many villages at one hub, held against its store at the end; then the cost of an entry in stores of 10^5 to 10^7.
FLEET = $(MAKE) $(B)/jiujin $(B)/jiujin-hub $(BENCH)/hub/fleet
bench-fleet:
	@$(FLEET)
	@JIUJIN_BUILD=$(B) $(BENCH)/hub/fleet day 10000 $(or $(FLEET_SECONDS),240)
	@JIUJIN_BUILD=$(B) $(BENCH)/hub/fleet grow 100000 1000000 10000000
check-more::
	@$(FLEET)
	@JIUJIN_BUILD=$(B) $(BENCH)/hub/fleet day 300 20
.PHONY: bench-fleet
