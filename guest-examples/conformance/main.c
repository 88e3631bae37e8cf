/*
 * A checksum over much of the C language, line by line, the same on every machine that C knows: as a guest, and as a program of Linux. Takes
 * no library but the memory functions and strlen.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#ifdef __linux__
#include <stdio.h>
#include <string.h>
static void say(const char *line) { fputs(line, stdout); }
#else
#include "weft.h"
static void say(const char *line) {
  weft_public(line, strlen(line));
  weft_print(line);
}
#endif

typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;

/* No compiler knows what it holds. */
static volatile u32 unknown = 1;
static u32 state;

static u32 next(void) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}
static u64 next64(void) {
  u64 high = next();
  return high << 32 | next();
}

/* FNV-1a. */
static u32 hash;
static __attribute__((noinline)) void mix(u64 value) {
  for (int i = 0; i < 64; i += 8) hash = (hash ^ (u8)(value >> i)) * 16777619u;
}

static u32 total;
static void section(const char *name, void (*body)(void)) {
  static const char digits[] = "0123456789abcdef";
  char line[40];
  state = 2463534242u * unknown;
  hash = 2166136261u;
  body();
  total += hash;
  size_t at = strlen(name);
  memcpy(line, name, at);
  line[at++] = ' ';
  for (int shift = 28; shift >= 0; shift -= 4) line[at++] = digits[hash >> shift & 15];
  line[at++] = '\n';
  line[at] = 0;
  say(line);
}

static void integers(void) {
  static const u64 edges[] = {0, 1, 2, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, 0x7fffffffffffffff, 0x8000000000000000, UINT64_MAX};
  enum { EDGES = sizeof edges / sizeof *edges };
  for (int i = 0; i < 300; i++) {
    u64 a = i < EDGES * EDGES ? edges[i / EDGES] : next64() >> (next() & 63);
    u64 b = i < EDGES * EDGES ? edges[i % EDGES] : next64() >> (next() & 63);
    mix(a + b), mix(a - b), mix(a * b), mix(a << (b & 63)), mix(a >> (b & 63));
    mix((u64)((int64_t)a >> (b & 63))), mix(a < b), mix((int64_t)a < (int64_t)b);
    u32 x = (u32)a, y = (u32)b;
    mix((u64)x * y), mix((u64)((int64_t)(int32_t)x * (int32_t)y)), mix(x + y), mix((u32)((int32_t)x >> (y & 31)));
    if (b != 0) mix(a / b), mix(a % b);
    if (b != 0 && !(a == 1ull << 63 && b == UINT64_MAX)) mix((u64)((int64_t)a / (int64_t)b)), mix((u64)((int64_t)a % (int64_t)b));
    if (y != 0) mix(x / y), mix(x % y);
    if (y != 0 && !(x == 1u << 31 && y == UINT32_MAX)) mix((u32)((int32_t)x / (int32_t)y)), mix((u32)((int32_t)x % (int32_t)y));
    mix((u32)__builtin_popcountll(a)), mix(a == 0 ? 64 : (u32)__builtin_clzll(a)), mix(b == 0 ? 64 : (u32)__builtin_ctzll(b));
    mix(__builtin_bswap32(x)), mix((u32)(int32_t)(int8_t)(u8)x), mix((u32)(int32_t)(int16_t)(uint16_t)y);
  }
}

static void mix_double(double d) {
  u64 bits;
  memcpy(&bits, &d, sizeof bits);
  /* Which NaN is up to the machine. */
  mix(d != d ? 1 : bits);
}
static void mix_float(float f) {
  u32 bits;
  memcpy(&bits, &f, sizeof bits);
  mix(f != f ? 1 : bits);
}

static void floats(void) {
  for (int i = 0; i < 200; i++) {
    u64 p = next64(), q = next64();
    double a, b;
    memcpy(&a, &p, sizeof a);
    memcpy(&b, &q, sizeof b);
    if (i >= 100) a = (double)(int64_t)p / 65536, b = (double)(u32)q / 3;
    mix_double(a + b), mix_double(a - b), mix_double(a * b), mix_double(a / b);
    mix(a < b), mix(a <= b), mix(a == b), mix(a != a);
    float f = (float)(int32_t)p / 7, g = (float)(u32)q;
    mix_float(f + g), mix_float(f - g), mix_float(f * g), mix_float(f / g), mix_float((float)a), mix_double(f);
    mix(f < g), mix(f >= g);
    mix((u64)(int64_t)f), mix((u32)(int32_t)((double)(int32_t)p / 3)), mix((u64)(g * 2));
    mix_double((double)p), mix_float((float)q), mix_double((double)(int32_t)q);
  }
  double x = 0;
  for (int i = 1; i < 200; i++) x += 1.0 / ((double)i * i);
  mix_double(x);
}

struct pair { int16_t a; u64 b; };
struct nested { u8 tag; struct pair pairs[2]; union { u32 word; u8 bytes[4]; } u; };

static struct nested make(u32 n, struct pair p) {
  struct nested out = {.tag = (u8)n, .pairs = {p, {.a = (int16_t)-p.a, .b = ~p.b}}, .u.word = n * 2654435761u};
  return out;
}
static struct nested turn(struct nested n, const struct pair *p) {
  n.pairs[1] = n.pairs[0];
  n.pairs[0] = *p;
  n.u.bytes[n.tag & 3] ^= 0x55;
  return n;
}

static void structs(void) {
  for (u32 i = 0; i < 50; i++) {
    struct pair p = {(int16_t)next(), next64()};
    struct nested n = make(i, p), copy = n;
    p.b ^= i;
    n = turn(n, &p);
    mix(n.tag), mix((u32)n.pairs[0].a), mix(n.pairs[0].b), mix((u32)n.pairs[1].a), mix(n.pairs[1].b), mix(n.u.word), mix(copy.u.bytes[1]);
  }
}

struct fields { u32 a : 3; int32_t b : 5; u32 c : 11; u32 : 0; u32 d : 31; u32 e : 1; };

static void bitfields(void) {
  struct fields f = {0};
  for (u32 i = 0; i < 64; i++) {
    f.a += i, f.b = (int32_t)(i * 3 % 32) - 16, f.c = next(), f.d ^= next(), f.e = ~f.e;
    mix(f.a), mix((u32)f.b), mix(f.c), mix(f.d), mix(f.e);
  }
}

static u32 operate(u32 op, u32 a, u32 b) {
  switch (op) {
    case 0: return a + b;
    case 1: return a - b;
    case 2: return a ^ b;
    case 3: return a & ~b;
    case 4: a = (a << 7) | (a >> 25); /* fall through */
    case 5: return a * b;
    case 6: return b == 0 ? a : a % b;
    case 7: return a < b ? b : a;
    case 100: return 1;
    case 1000000: return 2;
    default: return op >= 8 && op < 12 ? a >> (op - 8) : ~a;
  }
}

static void switches(void) {
  u32 x = next();
  for (u32 i = 0; i < 400; i++) {
    x = operate(i % 17 == 16 ? (i & 1 ? 100 : 1000000) : i % 17, x, next());
    mix(x);
  }
}

static u32 twice(u32 x) { return 2 * x; }
static u32 squared(u32 x) { return x * x; }
static u32 turned(u32 x) { return ~x; }
typedef u32 (*operation)(u32);
static operation const operations[] = {twice, squared, turned};

static operation choose(u32 n) { return operations[n % 3]; }

static void pointers(void) {
  u32 x = 3;
  for (u32 i = 0; i < 100; i++) x = choose(next() >> 5)(x) + (choose(i) == twice);
  mix(x);
  u32 cells[20], *p = cells + 20;
  while (p != cells) *--p = next();
  for (u32 *a = cells, *b = &cells[19]; a < b; a++, b--) {
    u32 t = *a;
    *a = *b, *b = t;
  }
  for (int i = 0; i < 20; i++) mix(cells[i]);
  mix((u32)(&cells[17] - &cells[4]));
}

static u64 sum(const char *kinds, ...) {
  va_list arguments, again;
  u64 out = 0;
  va_start(arguments, kinds);
  va_copy(again, arguments);
  for (int pass = 0; pass < 2; pass++)
    for (const char *k = kinds; *k != 0; k++) {
      va_list *from = pass == 0 ? &arguments : &again;
      if (*k == 'i') out = out * 31 + (u32)va_arg(*from, int);
      else if (*k == 'l') out = out * 37 + va_arg(*from, u64);
      else if (*k == 'd') out = out * 41 + (u64)va_arg(*from, double);
      else out = out * 43 + (u64)strlen(va_arg(*from, const char *));
    }
  va_end(again);
  va_end(arguments);
  return out;
}

static void varargs(void) {
  for (int i = 0; i < 10; i++) {
    u64 l = next64();
    mix(sum("ildsdlilldsi", i, l, 2.5 * i, "four", 1e10 + i, ~l, -i, l >> 3, l << 5, 0.5, "a longer text", 7));
    mix(sum("iiiiiiiiil", 1, 2, 3, 4, 5, 6, 7, 8, 9, l));
    mix(sum(""));
  }
}

static u32 ackermann(u32 m, u32 n) { return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1)); }
static int is_odd(u32 n);
static int is_even(u32 n) { return n == 0 ? 1 : is_odd(n - 1); }
static int is_odd(u32 n) { return n == 0 ? 0 : is_even(n - 1); }
static void permute(u8 *items, int k) {
  if (k == 1) {
    u64 word = 0;
    for (int i = 0; i < 5; i++) word = word * 10 + items[i];
    mix(word);
    return;
  }
  for (int i = 0; i < k; i++) {
    permute(items, k - 1);
    int other = k % 2 == 0 ? i : 0;
    u8 t = items[other];
    items[other] = items[k - 1], items[k - 1] = t;
  }
}

static void recursion(void) {
  mix(ackermann(2, 9)), mix((u32)is_even(1000)), mix((u32)is_even(777));
  u8 items[5] = {1, 2, 3, 4, 5};
  permute(items, 5);
}

static void strings(void) {
  static const char text[] = "It was the best of times, it was the worst of times";
  u8 buffer[200];
  for (u32 i = 0; i < 120; i++) {
    u32 at = next() % 40, from = next() % 40, length = next() % 60;
    memset(buffer, (int)(i + 250), sizeof buffer);
    memcpy(buffer + at, text + i % 7, sizeof text - 7);
    memmove(buffer + at, buffer + from, length);
    for (u32 k = 0; k < sizeof buffer; k++) hash = (hash ^ buffer[k]) * 16777619u;
    int order = memcmp(buffer + at, text, 1 + length % 50);
    mix(order < 0 ? 1 : order > 0 ? 2 : 3);
    buffer[at + length] = 0;
    mix(strlen((const char *)buffer + at));
  }
}

static void control(void) {
  u32 n = 0;
  for (u32 i = 2; i < 600; i++) {
    for (u32 k = 2; k * k <= i; k++)
      if (i % k == 0) goto composite;
    mix(i), n++;
    continue;
  composite:
    if ((i & 63) == 0) mix(n);
  }
  u32 x = 27, steps = 0;
  do x = x & 1 ? 3 * x + 1 : x / 2; while (++steps, x != 1);
  mix(steps);
  u32 length = 5 + unknown;
  u32 row[length];
  for (u32 i = 0; i < length; i++) row[i] = i == 0 ? 1 : row[i - 1] * 5 + (i & 1 ? unknown++ : --unknown);
  mix(row[length - 1]), mix(sizeof row);
}

int main(void) {
  section("integers", integers);
  section("floats", floats);
  section("structs", structs);
  section("bitfields", bitfields);
  section("switches", switches);
  section("pointers", pointers);
  section("varargs", varargs);
  section("recursion", recursion);
  section("strings", strings);
  section("control", control);
  return (int)(total & 127);
}
