/*
 * Every precompile once, by its binding. Input items: the operands of each call in the order below, words as they lie in memory. Public values: what
 * each call changes.
 */
#include "precompiles.h"
#include "weft.h"

static void fill(void *to, uint32_t size) {
  if (weft_input_length() != size) weft_exit(1);
  weft_input_read(to, size);
}

#define CHANGE(type, call) \
  do { \
    type a; \
    fill(&a, sizeof a); \
    call(&a); \
    weft_public(&a, sizeof a); \
  } while (0)

#define COMBINE(type, other, call) \
  do { \
    type a; \
    other b; \
    fill(&a, sizeof a); \
    fill(&b, sizeof b); \
    call(&a, &b); \
    weft_public(&a, sizeof a); \
  } while (0)

/* The first coordinate is the one that is found. */
#define DECOMPRESS(type, call) \
  do { \
    type a; \
    fill(&a, sizeof a); \
    call(&a, 1); \
    weft_public(&a, sizeof a / 2); \
  } while (0)

static void hashes(void) {
  uint32_t schedule[64], state[8], lanes[50], elements[16];
  fill(schedule, sizeof schedule);
  weft_sha256_extend(schedule);
  weft_public(schedule, sizeof schedule);
  fill(schedule, sizeof schedule);
  fill(state, sizeof state);
  weft_sha256_compress(schedule, state);
  weft_public(state, sizeof state);
  fill(lanes, sizeof lanes);
  weft_keccak_permute(lanes);
  weft_public(lanes, sizeof lanes);
  fill(elements, sizeof elements);
  weft_poseidon2_permute(elements);
  weft_public(elements, sizeof elements);
}

static void curves(void) {
  COMBINE(weft_point256, weft_point256, weft_ed25519_add);
  DECOMPRESS(weft_point256, weft_ed25519_decompress);
  COMBINE(weft_point256, weft_point256, weft_secp256k1_add);
  CHANGE(weft_point256, weft_secp256k1_double);
  DECOMPRESS(weft_compressed256, weft_secp256k1_decompress);
  COMBINE(weft_point256, weft_point256, weft_secp256r1_add);
  CHANGE(weft_point256, weft_secp256r1_double);
  DECOMPRESS(weft_compressed256, weft_secp256r1_decompress);
  COMBINE(weft_point256, weft_point256, weft_bn254_add);
  CHANGE(weft_point256, weft_bn254_double);
  COMBINE(weft_point384, weft_point384, weft_bls12381_add);
  CHANGE(weft_point384, weft_bls12381_double);
  DECOMPRESS(weft_compressed384, weft_bls12381_decompress);
}

static void fields(void) {
  COMBINE(weft_u256, weft_u256, weft_bn254_fp_add);
  COMBINE(weft_u256, weft_u256, weft_bn254_fp_sub);
  COMBINE(weft_u256, weft_u256, weft_bn254_fp_mul);
  COMBINE(weft_bn254_fp2, weft_bn254_fp2, weft_bn254_fp2_add);
  COMBINE(weft_bn254_fp2, weft_bn254_fp2, weft_bn254_fp2_sub);
  COMBINE(weft_bn254_fp2, weft_bn254_fp2, weft_bn254_fp2_mul);
  COMBINE(weft_u384, weft_u384, weft_bls12381_fp_add);
  COMBINE(weft_u384, weft_u384, weft_bls12381_fp_sub);
  COMBINE(weft_u384, weft_u384, weft_bls12381_fp_mul);
  COMBINE(weft_bls12381_fp2, weft_bls12381_fp2, weft_bls12381_fp2_add);
  COMBINE(weft_bls12381_fp2, weft_bls12381_fp2, weft_bls12381_fp2_sub);
  COMBINE(weft_bls12381_fp2, weft_bls12381_fp2, weft_bls12381_fp2_mul);
}

static void integers(void) {
  COMBINE(weft_u256, weft_factor, weft_uint256_mul);
  weft_u256 factor, high;
  weft_u2048 wide, low;
  fill(&factor, sizeof factor);
  fill(&wide, sizeof wide);
  weft_u256xu2048_mul(&factor, &wide, &low, &high);
  weft_public(&low, sizeof low);
  weft_public(&high, sizeof high);
}

int main(void) {
  hashes();
  curves();
  fields();
  integers();
  return 0;
}
