/**
 * @module The native backend: base elements are numbers, extension elements five-tuples, and assertions throw. It reads
 * the proof's bytes, rejecting anything that is not the one canonical encoding.
 */
import { VerificationError, type VerificationReason } from '@weft/primitives';
import { readU32 } from '@weft/primitives/bytes';
import * as base from '@weft/primitives/field/base';
import * as ext from '@weft/primitives/field/ext';
import { expandPaths, prunedSiblings } from '@weft/primitives/hash/merkle';
import { hashLeaves } from '@weft/primitives/hash/modes';
import { permuteState, permuteStates } from '@weft/primitives/hash/permute';
import type { HashSuite } from '@weft/primitives/hash/suite';
import type { Backend, OpenedRow, Packing, TreeShape } from './backend.ts';

type Felt = base.Felt;
type Ext = ext.Ext;

/** The number with these bits, lowest first. */
function indexOf(bits: readonly Felt[]): number {
  return bits.reduce((index, bit, i) => index + bit * 2 ** i, 0);
}

function reject(reason: VerificationReason, message: string): never {
  throw new VerificationError(reason, message);
}

/** The sponge's and the field's native operations, shared by the prover and the verifier. */
export class NativeArithmetic {
  readonly suite: HashSuite;
  constructor(suite: HashSuite) {
    this.suite = suite;
  }
  felt(x: Felt): Felt {
    return x;
  }
  addFelt(a: Felt, b: Felt): Felt {
    return base.add(a, b);
  }
  ext(c: readonly Felt[]): Ext {
    return [c[0]!, c[1]!, c[2]!, c[3]!, c[4]!];
  }
  lowBits(x: Felt, count: number): Felt[] {
    return Array.from({ length: count }, (_, i) => (x >>> i) & 1);
  }
  permuteNode(state: readonly Felt[]): Felt[] {
    return permuteState(this.suite, 'node', state);
  }
}

/** Rule that gives what the heights of one shape say. */
export type PackingRule = (heights: readonly number[]) => Packing;

export class NativeBackend extends NativeArithmetic implements Backend<Felt, Ext> {
  readonly #bytes: Uint8Array;
  readonly #packing: PackingRule;
  /** Elements of a row of the stacked commitment that are not on the wire. */
  #zeros = 0;
  #at = 0;

  /** @param bytes - the proof; read from start to end. */
  constructor(suite: HashSuite, bytes: Uint8Array, packing: PackingRule) {
    super(suite);
    this.#bytes = bytes;
    this.#packing = packing;
  }

  constant(x: Felt): Ext {
    return ext.fromBase(x);
  }
  add(a: Ext, b: Ext): Ext {
    return ext.add(a, b);
  }
  sub(a: Ext, b: Ext): Ext {
    return ext.sub(a, b);
  }
  mul(a: Ext, b: Ext): Ext {
    return ext.mul(a, b);
  }
  subFelt(a: Felt, b: Felt): Felt {
    return base.sub(a, b);
  }
  mulFelt(a: Felt, b: Felt): Felt {
    return base.mul(a, b);
  }
  mulBase(a: Ext, b: Felt): Ext {
    return ext.mulBase(a, b);
  }
  dotBase(weights: readonly Ext[], values: readonly Felt[]): Ext {
    return ext.dotBase(weights, values);
  }
  inverse(a: Ext, reason: VerificationReason): Ext {
    return ext.isZero(a) ? reject(reason, 'a denominator is zero') : ext.inverse(a);
  }
  bits(x: Felt, count: number, reason: VerificationReason): Felt[] {
    if (count < 31 && x >= 2 ** count) reject(reason, `${x} has more than ${count} bits`);
    return Array.from({ length: count }, (_, i) => (x >>> i) & 1);
  }
  oneHot(x: Felt, size: number, reason: VerificationReason): Felt[] {
    if (x > size) reject(reason, `${x} exceeds ${size}`);
    return Array.from({ length: size }, (_, i) => (x === i + 1 ? 1 : 0));
  }
  selectFelt(bit: Felt, ifOne: Felt, ifZero: Felt): Felt {
    return bit === 1 ? ifOne : ifZero;
  }
  selectOrder(bit: Felt, a: readonly Felt[], b: readonly Felt[]): Felt[] {
    return bit === 1 ? [...b, ...a] : [...a, ...b];
  }
  selectDigest(bits: readonly Felt[], digests: readonly (readonly Felt[])[]): readonly Felt[] {
    return digests[indexOf(bits)]!;
  }
  hashNodes(pairs: readonly (readonly Felt[])[]): Felt[][] {
    return permuteStates(this.suite, 'node', pairs).map((state) => state.slice(0, this.suite.digestLength));
  }
  hashRows(rows: readonly (readonly Felt[])[]): (readonly Felt[])[] {
    return hashLeaves(this.suite, rows);
  }
  assertEqual(a: Ext, b: Ext, reason: VerificationReason, what: string): void {
    if (!ext.equals(a, b)) reject(reason, `${what} does not hold`);
  }
  assertEqualFelt(a: Felt, b: Felt, reason: VerificationReason, what: string): void {
    if (a !== b) reject(reason, `${what} does not hold`);
  }

  read(count: number, what: string, presence: Felt = 1): Felt[] {
    if (presence === 0) return new Array<Felt>(count).fill(0);
    if (this.#at + 4 * count > this.#bytes.length) {
      reject('format', `the proof ends at byte ${this.#bytes.length}, inside ${what}`);
    }
    const out: Felt[] = [];
    for (let i = 0; i < count; i++) {
      const x = readU32(this.#bytes, this.#at);
      if (x >= base.P) reject('format', `non-canonical field element at byte ${this.#at}, in ${what}`);
      this.#at += 4;
      out.push(x);
    }
    return out;
  }

  readRows(tree: TreeShape, positions: readonly (readonly Felt[])[]): OpenedRow<Felt>[] {
    const wanted = positions.map(indexOf);
    const levels = tree.logRows - tree.logCap;
    const indices = [...new Set(wanted)].sort((a, b) => a - b);
    const count = tree.zeros === 'packing' ? this.#zeros : tree.zeros;
    const zeros = new Array<Felt>(count).fill(0);
    const rows = new Map(indices.map((i) => [i, [...zeros, ...this.read(tree.rowWidth - count, 'an opened row')]]));
    const leaves = hashLeaves(this.suite, [...rows.values()]);
    const digests = new Map(indices.map((i, k) => [i, leaves[k]!]));
    const siblings = prunedSiblings(levels, indices).map(() => this.read(this.suite.digestLength, 'a Merkle path'));
    const paths = expandPaths(this.suite, levels, digests, siblings);
    return wanted.map((i) => ({ row: rows.get(i)!, path: paths.get(i)! }));
  }

  readOffsets(heights: readonly Felt[]): Felt[] {
    const { offsets, emptyParts } = this.#packing(heights);
    this.#zeros = emptyParts;
    return [...offsets];
  }

  /** @throws {VerificationError} when bytes are left. */
  assertEnd(): void {
    if (this.#at !== this.#bytes.length) reject('format', `${this.#bytes.length - this.#at} bytes follow the proof`);
  }
}
