# What a ledger's export and import take: rows a second, beside the XLSX library's own speed for the same cells.
$(B)/tests/bench/export: $(B)/obj/tests/bench/rows.o
bench::
	@$(MAKE) $(B)/tests/bench/export
	@$(B)/tests/bench/export $(or $(EXPORT_ROWS),250000)
