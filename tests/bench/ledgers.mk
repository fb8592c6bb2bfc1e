# A million ledger rows: what opening, summing, checking and replaying them takes. build/tests/bench/ledgergen DIR N: such a site.
$(B)/tests/bench/ledgergen $(B)/tests/bench/ledgers: $(B)/obj/tests/bench/rows.o

bench::
	@$(MAKE) $(B)/tests/bench/ledgers $(B)/tests/bench/ledgergen
	@JIUJIN_BUILD=$(B) $(B)/tests/bench/ledgers
