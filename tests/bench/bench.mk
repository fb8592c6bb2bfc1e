# make bench: the figures of bench.c as one table, then growth.c's; build/tests/bench/gen SEED N: records to try by hand.
BENCH = $(B)/tests/bench
BENCH_LIB := tests/bench/pty.c tests/bench/crowd.c

$(BENCH)/%: $(B)/obj/tests/bench/%.o $(call objs,$(BENCH_LIB) $(E2E_LIB)) $(ARCHIVES)
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) -lutil $(call libs,$(TEST_PKGS))

bench::
	@$(MAKE) $(BENCH)/bench $(BENCH)/gen $(BENCH)/growth
	@JIUJIN_BUILD=$(B) $(BENCH)/bench
	@JIUJIN_BUILD=$(B) $(BENCH)/growth
