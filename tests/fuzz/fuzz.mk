# The fuzz targets, by clang's libFuzzer: small programs of the few files that they are about.
# make test runs each a few thousand times from its seeds (tests/house/fuzz_test.sh), check-more 10^7 times.
FUZZ      = slip ack bundle
FUZZ_SRC  = $(addprefix kiosk/,print/slip.c print/slip_digits.c print/slip_pack.c print/ack.c base/gb18030.c \
              secret/secret.c secret/terse.c rules/idno.c base/asset.c base/buf.c base/clock.c base/err.c base/file.c \
              base/js.c base/lang.c base/mem.c \
              base/rnd.c base/utf8.c store/journal_hash.c) \
            $(addprefix sync/wire/,bundle.c crc32c.c dict.c frame.c pack.c)
FUZZ_MODE = -O1 -g1 -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
FUZZ_RUNS = 10000000
fuzzers: $(FUZZ:%=$(B)/fuzz/%)

$(B)/fuzz/obj/%.o: %.c
	@mkdir -p $(@D)
	@echo "FUZZ $<"
	@clang $(CPPFLAGS) -std=c11 -fPIE $(FUZZ_MODE) $(PKG_CFLAGS) -MMD -MP -c -o $@ $<
$(FUZZ:%=$(B)/fuzz/%): $(B)/fuzz/%: $(B)/fuzz/obj/tests/fuzz/%_fuzz.o $(FUZZ_SRC:%.c=$(B)/fuzz/obj/%.o) $(B)/obj/assets.o
	@clang $(FUZZ_MODE) -fsanitize=fuzzer -pie -o $@ $^ $(call libs,libsodium jansson libzstd)

check-more:: fuzzers
	@for f in $(FUZZ); do echo "fuzz $$f: $(FUZZ_RUNS) runs"; mkdir -p $(B)/fuzz/grown/$$f; \
	  $(B)/fuzz/$$f -runs=$(FUZZ_RUNS) -max_len=700 -seed=20220518 -print_final_stats=1 -verbosity=0 \
	    $(B)/fuzz/grown/$$f tests/fuzz/corpus/$$f || exit 1; done

-include $(shell find $(B)/fuzz -name '*.d' 2>/dev/null)
.PHONY: fuzzers
