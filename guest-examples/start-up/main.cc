/* What must have happened before main: constructors in their order, thread-local data with its values. Publishes what it finds. */
#include "weft.h"

static uint32_t order;

__attribute__((constructor(201))) static void early(void) { order = 10 * order + 1; }
__attribute__((constructor(202))) static void late(void) { order = 10 * order + 2; }

/* The count is volatile: the compiler must not compute the object at compile time. */
static volatile uint32_t count = 7;

struct Table {
  uint32_t squares[8], entries;
  Table() : entries(count) {
    for (uint32_t i = 0; i < entries; i++) squares[i] = i * i;
    order = 10 * order + 3;
  }
};
static Table table;

static thread_local volatile uint32_t initial = 5;
static thread_local volatile uint32_t zero;
static thread_local volatile uint32_t aligned __attribute__((aligned(64)));

int main() {
  zero += 1;
  aligned += 9;
  /* Data beside thread-local data must not have moved with it. */
  uint32_t found[] = {order, table.entries, table.squares[6], initial, zero, aligned, count};
  weft_public(found, sizeof found);
  return (uintptr_t)&aligned % 64 == 0 ? 0 : 1;
}
