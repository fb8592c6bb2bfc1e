/* A site's entries as files, for peers to carry. Each ends the program with the reason when it
 * cannot. */
#ifndef TESTS_BENCH_SYNC_ENTRIES_H
#define TESTS_BENCH_SYNC_ENTRIES_H

/* Entries behind number `after` in frames, as they travel, in one zstd -19. */
void entries_frames(const char *site, const char *after, const char *to);
/* The same entries, a JSON object a line: the head, and the sealed bytes in base64. */
void entries_documents(const char *site, const char *after, const char *to);
/* A file's bytes in one zstd -19. */
void entries_squeeze(const char *from, const char *to);

#endif
