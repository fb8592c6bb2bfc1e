# The daily report of a site with a million ledger rows. build/tests/bench/report DIR N: the same with N.
$(B)/tests/bench/report: $(B)/obj/tests/bench/rows.o

bench::
	@$(MAKE) $(B)/tests/bench/report
	@dir=$$(mktemp -d) && $(B)/tests/bench/report $$dir/site 1000000; rm -rf $$dir
