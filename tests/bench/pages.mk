# make check-more: axe-core over every page of the hub, at a desk; and none scrolls sideways on a phone.
check-more:: all $(B)/browser/node_modules
	@JIUJIN_BUILD=$(B) JIUJIN_EVERY_PAGE=1 bash tests/browser/day_test.sh
