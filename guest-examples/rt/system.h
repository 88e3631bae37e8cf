/* Between the files of the runtime. */
#ifndef WEFT_SYSTEM_H
#define WEFT_SYSTEM_H
#include "weft.h"
#ifdef __cplusplus
extern "C" {
#endif

enum { WEFT_STDOUT = 1, WEFT_STDERR = 2, WEFT_PUBLIC_VALUES = 13 };

/* Writes to standard output or error, by lines. */
void weft_output(uint32_t descriptor, const char *bytes, uint32_t length);
/* The end of what was taken of the heap. */
uint8_t *weft_heap_top(void);
__attribute__((noreturn)) void weft_out_of_heap(uint32_t wanted);

#ifdef __cplusplus
}
#endif
#endif
