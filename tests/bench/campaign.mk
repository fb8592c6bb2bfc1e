# Agent and hub killed 1,000 times under load, 100 copies and restores, by the real programs: build/tests/bench/campaign SEED.
$(BENCH)/campaign: $(B)/obj/tests/bench/campaign.o $(call objs,$(wildcard tests/bench/campaign/*.c) $(E2E_LIB)) $(ARCHIVES)
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) $(call libs,$(TEST_PKGS))

check-more::
	@$(MAKE) B=$(B) all $(BENCH)/campaign
	@JIUJIN_BUILD=$(B) $(BENCH)/campaign 7001
