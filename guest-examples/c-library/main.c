/* The C library as a program for any system uses it: what it prints and its exit code are the same here and there. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  char name[24];
  double weight;
  int count;
} item;

static int by_name(const void *a, const void *b) { return strcmp(((const item *)a)->name, ((const item *)b)->name); }
static int by_weight(const void *a, const void *b) {
  const item *x = a, *y = b;
  return x->weight < y->weight ? -1 : x->weight > y->weight ? 1 : by_name(a, b);
}
static void goodbye(void) { printf("goodbye\n"); }

int main(int count, char **arguments) {
  (void)arguments;
  atexit(goodbye);
  item *items = NULL;
  size_t n = 0, room = 0;
  item next;
  while (scanf("%23s %lf %d", next.name, &next.weight, &next.count) == 3) {
    if (n == room) items = realloc(items, (room = room == 0 ? 1 : 2 * room) * sizeof *items);
    items[n++] = next;
  }
  if (n == 0) {
    fprintf(stderr, "no items\n");
    return 3;
  }
  qsort(items, n, sizeof *items, by_weight);
  for (size_t i = 0; i < n; i++) printf("%-8s|%8.3f|%+5d|%e|%g\n", items[i].name, items[i].weight, items[i].count, items[i].weight, items[i].weight);
  qsort(items, n, sizeof *items, by_name);
  item key = {.name = "pear"};
  item *found = bsearch(&key, items, n, sizeof *items, by_name);
  printf("%s\n", found == NULL ? "no pear" : found->name);
  double sum = 0;
  for (size_t i = 0; i < n; i++) sum += items[i].weight * items[i].count;
  printf("sum %.6f sqrt %.6f sin %.6f log %.6f pow %.6f floor %.0f fmod %.4f\n", sum, sqrt(sum), sin(sum), log(sum), pow(sum, 0.3), floor(sum), fmod(sum, 7));
  printf("%" PRId64 " %" PRIu64 " %x %#o %c %% %5s|%.3s|\n", INT64_C(-1099511627776), UINT64_MAX / 7, 0xbeef, 8, 'c', "ab", "abcdef");
  char text[64], *end;
  snprintf(text, sizeof text, "%d-%s-%05.1f", count, "x", 3.14159);
  printf("%s %zu %s\n", text, strlen(text), strchr(text, '-'));
  for (char *p = text; *p; p++) *p = (char)toupper((unsigned char)*p);
  printf("%s %ld %lu %.3f\n", text, strtol("-123abc", &end, 10), strtoul("ff", NULL, 16), strtod("2.5e3", NULL));
  errno = 0;
  strtol("99999999999999", NULL, 10);
  printf("%s %d\n", end, errno == ERANGE || sizeof(long) == 8);
  char words[] = "one,two;three";
  for (char *w = strtok(words, ",;"); w != NULL; w = strtok(NULL, ",;")) printf("[%s]", w);
  puts("");
  void *blocks[40];
  for (int i = 0; i < 40; i++) blocks[i] = memset(malloc(1 + i * 37), i, 1 + i * 37);
  for (int i = 0; i < 40; i += 2) free(blocks[i]);
  for (int i = 1; i < 40; i += 2) blocks[i] = realloc(blocks[i], 4000), printf("%d", ((char *)blocks[i])[i * 37] == i);
  printf("\n");
  free(items);
  return 42;
}
