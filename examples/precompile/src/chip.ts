/**
 * @module What is proven of the call: one row takes it from the bus of calls, reads and changes memory, and asks a table for each byte.
 */
import { spanFields } from '@weft/executor';
import { BYTE_XOR, bytes, type Chip, defineChip, wordOfBytes } from '@weft/prover';
import { accessWord, pointerInB, receiveCall } from '@weft/rv32im';
import { EVENTS, WORDS, XOR_WORDS } from './operation.ts';

const MASK = spanFields(0, WORDS);
const OWN = spanFields(1, WORDS);

/** log2 of the calls that a shard can have: as many as the largest shard has cells for, about. */
const MAX_CALLS_LOG = 16;

export const xorChip: Chip = defineChip(EVENTS, { events: EVENTS, maxLogHeight: MAX_CALLS_LOG }, (c) => {
  // A row of zeros takes part in nothing.
  const isReal = c.bool('is_real', c.literal(1));
  const clk = c.col('clk', c.event('clk'));
  const a = c.col('a', c.event('a0').shr(2));
  const { b, address } = pointerInB(c, 'b', c.event('a1'), isReal);
  receiveCall(c, XOR_WORDS, { clk, a, b }, isReal);
  for (let i = 0; i < WORDS; i++) {
    const [maskFill, ownFill] = [c.event(MASK.before[i]!), c.event(OWN.before[i]!)];
    const mask = bytes(c, `mask${i}`, maskFill);
    const own = bytes(c, `own${i}`, ownFill);
    const after = bytes(c, `after${i}`, maskFill.xor(ownFill));
    // The table holds bytes alone, so that limbs made of what it knows are below 2^16.
    for (const k of [0, 1, 2, 3] as const) c.send(BYTE_XOR, [mask[k], own[k], after[k]], isReal);
    const [read, before] = [wordOfBytes(mask), wordOfBytes(own)];
    const maskTs = c.col(MASK.previous[i]!, c.event(MASK.previous[i]!));
    const ownTs = c.col(OWN.previous[i]!, c.event(OWN.previous[i]!));
    accessWord(c, clk, 'read', { address: address.add(i), before: read, after: read, previous: maskTs }, isReal);
    accessWord(c, clk, 'update', { address: a.add(i), before, after: wordOfBytes(after), previous: ownTs }, isReal);
  }
});
