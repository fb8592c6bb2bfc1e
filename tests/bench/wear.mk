# Slips on worn paper, and what making one costs. WEAR_SEEDS: pictures a condition (5).
$(BENCH)/wear: $(B)/obj/tests/bench/wear.o $(B)/obj/tests/bench/wear_photo.o $(ARCHIVES)
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) -lm $(call libs,$(TEST_PKGS))

bench::
	@$(MAKE) $(BENCH)/wear
	@$(BENCH)/wear
