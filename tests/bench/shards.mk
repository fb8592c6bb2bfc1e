# Villages' tables divided between two PostgreSQL servers, the hub's tests on them (tests/scale/shards_test.sh).
SHARDS_TESTS = hub_test hub_express_test takeover_test hub_case_test hub_booking_test hub_policy_test hub_slip_test \
  hubsuspend_test office_ledger_test people_test renew_test report_hub_test sites_test webhook_test
check-shards: deps
	@$(MAKE) B=$(B) all $(addprefix $(B)/tests/,$(SHARDS_TESTS))
	@TESTS="$(SHARDS_TESTS)" tests/scale/shards_test.sh $(B)
check-more:: check-shards
.PHONY: check-shards
