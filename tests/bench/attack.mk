# make check-more: what would be attackers' tools against a hub on the loopback (tests/attack), and the API's description
# by a validator that is not ours. make check-attack: these alone.
ATTACK := tests/attack

$(B)/attack/node_modules: $(ATTACK)/package.json $(ATTACK)/package-lock.json
	@mkdir -p $(@D) && cp $^ $(@D)/
	@cd $(@D) && npm ci --silent --ignore-scripts --no-audit --no-fund && touch node_modules

check-attack: DEBS += $(filter-out chromium-%,$(BROWSER_DEBS)) sqlmap wapiti slowhttptest curl python3
check-attack: deps
	@$(MAKE) B=$(B) all $(B)/attack/node_modules
	@cp $(ATTACK)/openapi.mjs $(B)/attack/ && node $(B)/attack/openapi.mjs assets/web/openapi.json
	@$(ATTACK)/attack.sh $(B)

check-more:: check-attack

.PHONY: check-attack
