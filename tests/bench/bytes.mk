# What an entry costs on the way up: bytes per entry, beside zstd -19 and xz -9.
bench-bytes:
	@$(MAKE) $(B)/jiujin $(B)/tests/bench/bytes
	@JIUJIN_BUILD=$(B) $(B)/tests/bench/bytes
bench:: bench-bytes
.PHONY: bench-bytes dictionaries

# How the dictionaries were trained: assets/wire/jiujin-N.dict for heads, assets/secret/terse-N.dict for sealed texts.
# They go into OUT (build/dict); one that has shipped is never changed: a new one takes the next number. Needs zstd(1).
dictionaries: OUT = $(B)/dict
dictionaries:
	@$(MAKE) $(B)/jiujin $(B)/tests/bench/gen $(B)/tests/bench/samples
	@rm -rf $(OUT) && mkdir -p $(OUT)/heads $(OUT)/sealed; export JIUJIN_PIN=1234; \
	  $(B)/jiujin --dir $(OUT)/week init --demo --site 999118999901 --name 演示村 >/dev/null && \
	  $(B)/jiujin --dir $(OUT)/mixed init --site 999118999902 --name 测试村 --policy epidemic-2022 >/dev/null && \
	  $(B)/tests/bench/gen 1 2000 | $(B)/jiujin --dir $(OUT)/mixed --user admin add mixed >/dev/null && \
	  $(B)/tests/bench/samples $(OUT)/week 站长 1234 $(OUT) && $(B)/tests/bench/samples $(OUT)/mixed admin 1234 $(OUT)
	@zstd -q -f --train -r $(OUT)/heads --maxdict=32768 -19 -o $(OUT)/jiujin.dict
	@zstd -q -f --train -r $(OUT)/sealed --maxdict=8192 -19 -o $(OUT)/terse.dict
