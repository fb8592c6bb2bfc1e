# What must not wait: overtaking a long upload on a slow link (as root, for the emulated link), and a month's backlog at once.
$(BENCH)/lane: $(B)/obj/tests/bench/lane.o $(B)/obj/tests/bench/pty.o $(B)/obj/tests/bench/sync/radio.o $(B)/obj/tests/e2e/records.o $(ARCHIVES)
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) -lutil -lm $(call libs,$(TEST_PKGS))

bench-lane: deps
	@$(MAKE) B=$(B) all $(BENCH)/lane
	@JIUJIN_BUILD=$(B) $(BENCH)/lane express
	@JIUJIN_BUILD=$(B) $(BENCH)/lane month

check-more::
	@$(MAKE) B=$(B) all $(BENCH)/lane
	@JIUJIN_BUILD=$(B) $(BENCH)/lane month

.PHONY: bench-lane
