#include "weft.h"

enum { HALT = 0x00, WRITE = 0x02, COMMIT = 0x10, COMMIT_DEFERRED = 0x1a, HINT_LEN = 0xf0, HINT_READ = 0xf1 };
enum { STDOUT = 1, PUBLIC_VALUES = 13 };

static inline uint32_t ecall(uint32_t code, uint32_t x, uint32_t y, uint32_t z) {
  register uint32_t t0 __asm__("t0") = code;
  register uint32_t a0 __asm__("a0") = x;
  register uint32_t a1 __asm__("a1") = y;
  register uint32_t a2 __asm__("a2") = z;
  __asm__ volatile("ecall" : "+r"(t0) : "r"(a0), "r"(a1), "r"(a2) : "memory");
  return t0;
}

/* The compiler calls these for copies and initialisers. Word loops where both sides are aligned. */
void *memcpy(void *to, const void *from, size_t n) {
  uint8_t *d = to;
  const uint8_t *s = from;
  if ((((uintptr_t)d | (uintptr_t)s) & 3) == 0) {
    for (; n >= 4; n -= 4, d += 4, s += 4) *(uint32_t *)d = *(const uint32_t *)s;
  }
  for (; n > 0; n--) *d++ = *s++;
  return to;
}

void *memset(void *to, int value, size_t n) {
  uint8_t *d = to;
  uint32_t word = (uint8_t)value * 0x01010101u;
  if (((uintptr_t)d & 3) == 0) {
    for (; n >= 4; n -= 4, d += 4) *(uint32_t *)d = word;
  }
  for (; n > 0; n--) *d++ = (uint8_t)value;
  return to;
}

int memcmp(const void *a, const void *b, size_t n) {
  const uint8_t *x = a, *y = b;
  for (; n > 0; n--, x++, y++) {
    if (*x != *y) return *x < *y ? -1 : 1;
  }
  return 0;
}

uint32_t weft_input_length(void) { return ecall(HINT_LEN, 0, 0, 0); }

void weft_input_read(void *to, uint32_t length) { ecall(HINT_READ, (uint32_t)to, length, 0); }

void weft_write(uint32_t descriptor, const void *bytes, uint32_t length) { ecall(WRITE, descriptor, (uint32_t)bytes, length); }

extern uint8_t __heap_start[], __heap_end[];
static uint8_t *heap = __heap_start;

void *weft_alloc(uint32_t bytes) {
  uint32_t size = (bytes + 15) & ~15u;
  if (size < bytes || size > (uint32_t)(__heap_end - heap)) weft_exit(102);
  void *out = heap;
  heap += size;
  return out;
}

uint8_t *weft_input(uint32_t *length) {
  *length = weft_input_length();
  if (*length == UINT32_MAX) return NULL;
  uint8_t *out = weft_alloc(*length);
  weft_input_read(out, *length);
  return out;
}

static char out_buffer[256];
static uint32_t out_length;

static void flush(void) {
  if (out_length > 0) weft_write(STDOUT, out_buffer, out_length);
  out_length = 0;
}

void weft_print(const char *text) {
  for (; *text; text++) {
    if (out_length == sizeof out_buffer) flush();
    out_buffer[out_length++] = *text;
  }
}

void weft_print_u32(uint32_t value) {
  char digits[11], *at = digits + 10;
  *at = 0;
  do {
    *--at = (char)('0' + value % 10);
    value /= 10;
  } while (value > 0);
  weft_print(at);
}

static weft_sha256 public_hash;
static int public_started;

void weft_public(const void *bytes, uint32_t length) {
  if (!public_started) weft_sha256_init(&public_hash);
  public_started = 1;
  weft_sha256_update(&public_hash, bytes, length);
  weft_write(PUBLIC_VALUES, bytes, length);
}

void weft_exit(int code) {
  flush();
  if (public_started) {
    union { uint8_t bytes[32]; uint32_t words[8]; } digest;
    weft_sha256_final(&public_hash, digest.bytes);
    for (uint32_t i = 0; i < 8; i++) ecall(COMMIT, i, digest.words[i], 0);
    for (uint32_t i = 0; i < 8; i++) ecall(COMMIT_DEFERRED, i, 0, 0);
  }
  ecall(HALT, (uint32_t)code, 0, 0);
  __builtin_unreachable();
}

/* SHA-256, FIPS 180-4. */
static const uint32_t K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
    0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
    0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
    0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
    0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotate(uint32_t x, int n) { return (x >> n) | (x << (32 - n)); }

static void compress(uint32_t state[8], const uint8_t block[64]) {
  uint32_t w[64];
  for (int i = 0; i < 16; i++) {
    const uint8_t *p = block + 4 * i;
    w[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
  }
  for (int i = 16; i < 64; i++) {
    uint32_t s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ (w[i - 15] >> 3);
    uint32_t s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ (w[i - 2] >> 10);
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
  for (int i = 0; i < 64; i++) {
    uint32_t t1 = h + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i];
    uint32_t t2 = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
  }
  state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

void weft_sha256_init(weft_sha256 *h) {
  static const uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  memcpy(h->state, initial, sizeof initial);
  h->length = 0;
}

void weft_sha256_update(weft_sha256 *h, const void *bytes, uint32_t length) {
  const uint8_t *p = bytes;
  for (; length > 0; length--) {
    h->block[h->length++ & 63] = *p++;
    if ((h->length & 63) == 0) compress(h->state, h->block);
  }
}

void weft_sha256_final(weft_sha256 *h, uint8_t digest[32]) {
  uint32_t bits = h->length << 3, high = h->length >> 29;
  uint8_t pad = 0x80;
  weft_sha256_update(h, &pad, 1);
  pad = 0;
  while ((h->length & 63) != 56) weft_sha256_update(h, &pad, 1);
  uint8_t tail[8] = {high >> 24, high >> 16, high >> 8, high, bits >> 24, bits >> 16, bits >> 8, bits};
  weft_sha256_update(h, tail, 8);
  for (int i = 0; i < 32; i++) digest[i] = (uint8_t)(h->state[i / 4] >> (24 - 8 * (i & 3)));
}
