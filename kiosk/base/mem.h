/* Memory: the one place where allocation failure is met. It aborts, so no caller checks. */
#ifndef KIOSK_BASE_MEM_H
#define KIOSK_BASE_MEM_H

#include <stdarg.h>
#include <stddef.h>

/* Each returns memory that the caller frees with free(). None returns NULL. */
void *mem_alloc(size_t size); /* zeroed */
void *mem_grow(void *old, size_t size);
char *mem_strdup(const char *text);
char *mem_strndup(const char *text, size_t len);
char *mem_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
