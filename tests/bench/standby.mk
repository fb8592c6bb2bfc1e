# The primary of a synchronous pair of PostgreSQL servers killed under load, with two hubs on it (tests/scale/standby_test.sh).
check-standby: DEBS += sqlite3
check-standby: deps
	@$(MAKE) B=$(B) all $(BENCH)/gen
	@tests/scale/standby_test.sh $(B)
check-more:: check-standby
.PHONY: check-standby
