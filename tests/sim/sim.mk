# The simulation of the sync: build/tests/sim/sim SEED; see sim.c.
# Functions of the agent and the hub that the simulation steps between: see mutant.c and quick.c.
SIM_WRAPPED = secret_sign secret_verify wire_pack_begin slot_tell hub_take_begin hub_take_frame \
  wire_verify_tip wire_request_verify hub_begin hub_close hub_run hub_orders_since store_open link_acked \
  wire_answer_read talk_ask talk_do hub_express_settle \
  hub_order_lost hub_order_move
SIM_WRAP = $(patsubst %,-Wl$(,)--wrap=%,$(SIM_WRAPPED))
, := ,
SIM_LIB := $(filter-out tests/sim/sim.c $(wildcard tests/sim/*_test.c),$(wildcard tests/sim/*.c))

$(B)/tests/sim/sim: $(B)/obj/tests/sim/sim.o $(call objs,$(SIM_LIB)) $(ARCHIVES) | $(MO)
	@mkdir -p $(@D) && ln -sfn ../../locale $(B)/tests/sim/locale
	@$(CC) $(CFLAGS) $(LDFLAGS) -fuse-ld=gold $(SIM_WRAP) -o $@ $(filter %.o %.a,$^) $(call libs,$(TEST_PKGS))

# Beside the other tests, and its rule before theirs.
$(B)/tests/sim_test: $(B)/obj/tests/sim/sim_test.o $(call objs,$(SIM_LIB)) $(ARCHIVES) | $(MO)
	@mkdir -p $(@D) && ln -sfn ../locale $(B)/tests/locale
	@$(CC) $(CFLAGS) $(LDFLAGS) -fuse-ld=gold $(SIM_WRAP) -o $@ $(filter %.o %.a,$^) $(call libs,$(TEST_PKGS))
tests: $(B)/tests/sim_test $(B)/tests/sim/sim
objects: $(call objs,$(SIM_LIB) tests/sim/sim.c tests/sim/sim_test.c)

check-more::
	@$(MAKE) $(B)/tests/sim_test
	@JIUJIN_SIM_FROM=1000001 JIUJIN_SIM_SEEDS=1000000 $(B)/tests/sim_test
