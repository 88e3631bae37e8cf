/**
 * @module What does the prover's heavy work. `prove/prove` decides what is sent; an engine holds the data and computes
 * what to send. Two exist: kernels on one memory, and plain TypeScript as their oracle; proofs are byte-identical. The
 * calls are asynchronous, so that several threads or a GPU can stand behind them.
 */
import type { Felt } from '@weft/primitives/field/base';
import type { Ext } from '@weft/primitives/field/ext';
import type { Digest } from '@weft/primitives/hash/modes';
import type { HashSuite } from '@weft/primitives/hash/suite';
import type { Machine } from '../air/machine.ts';
import type { Table, TableBase } from '../air/trace.ts';
import type { Fingerprint } from '../protocol/fingerprint.ts';
import type { Shape } from '../protocol/key.ts';
import type { WhirRound } from '../protocol/parameters.ts';
import type { StackedColumn } from '../protocol/stacking.ts';
import type { Summand } from './summand.ts';

/** An encoded vector under a Merkle tree, as queries see it. */
export interface Commitment {
  readonly logRows: number;
  /** The rows with these indices, without the parts of which nothing was given. */
  rows(indices: readonly number[]): Promise<readonly (readonly Felt[])[]>;
  /** A digest of the tree; level 0 holds the leaves'. */
  node(level: number, index: number): Digest;
}

/**
 * A commitment that is kept for long: only the upper part of its tree, and what lies under the rows that were opened last.
 */
export interface KeptCommitment extends Commitment {
  /**
   * The lowest digests that it keeps, eight canonical words each. With them the same vector is committed to in a moment; rows
   * that do not lie under them are refused when they are opened.
   */
  digests(): Uint32Array;
}

/** A vector of stacked columns that was committed apart. */
export interface StackedVector {
  readonly columns: readonly StackedColumn[];
  /** log2 of its cells. */
  readonly variables: number;
  /** The last of them, whole parts; those before are zeros. */
  readonly values: Uint32Array;
}

/** One sumcheck of a GKR layer. */
export interface LayerSumcheck {
  /**
   * Value at 1 and leading coefficient of the round polynomial with its eq factor stripped. Where children are told apart by the first
   * variable, its values at 0 and 1 are known: what stands for the one at 1 is nothing.
   */
  message(variable: number): Promise<readonly [Ext, Ext]>;
  bind(variable: number, challenge: Ext): Promise<void>;
  /** Numerators, then denominators, of the even and the odd child at the bound point. */
  finish(): Promise<[Ext, Ext, Ext, Ext]>;
}

/** A fraction n / d. */
export interface Fraction {
  readonly numerator: Ext;
  readonly denominator: Ext;
}

/** The tree of all fractions. Layers are taken from the top down, each once. */
export interface FractionTree {
  /** Per interaction, the sum of its fractions over all rows; `undefined` for absent tables. */
  readonly roots: readonly (Fraction | undefined)[];
  /**
   * The layer in which parents have `rows` row variables.
   * @param point - row variables, then interaction variables; that of a first variable that tells children apart is not read.
   */
  layer(rows: number, lambda: Ext, point: readonly Ext[]): Promise<LayerSumcheck>;
}

/** The batched zerocheck's sums. */
export interface ZerocheckSums {
  /**
   * Values at 1 and 2 and the coefficient of X^3 of the round polynomial with its eq factor stripped; its value at 0 follows from the
   * claim. Of the first one values at 0 and 1 are known: what stands for the one at 1 is nothing.
   */
  message(variable: number): Promise<readonly [Ext, Ext, Ext]>;
  bind(variable: number, challenge: Ext): Promise<void>;
  /** Per table, the committed and the fixed columns at the bound point. */
  evaluations(): Promise<readonly (readonly Ext[])[]>;
}

/** The sumcheck of an opening, and the commitments on its way. */
export interface OpeningSums {
  /** g(0) and the leading coefficient. */
  message(): Promise<readonly [Ext, Ext]>;
  /** Binds the lowest variable. */
  bind(challenge: Ext): Promise<void>;
  /** Commits to what is left of the polynomial. */
  commit(round: WhirRound): Promise<Commitment>;
  /** The polynomial with these coefficients at a point. */
  evaluate(z: Ext): Promise<Ext>;
  /** Adds coefficient times (1, z, z^2, ...) to the weights; to those that are there at first before anything is bound. */
  addPowers(z: Ext, coefficient: Ext): Promise<void>;
  /** Adds coefficients times powers of the domain points of rows, all at once. */
  addRows(logRows: number, positions: readonly number[], coefficients: readonly Ext[]): Promise<void>;
  /** What is left, in clear. */
  coefficients(): Promise<Ext[]>;
}

/** A table in the zerocheck. */
export interface ZerocheckTable {
  readonly table: TableBase;
  readonly summand: Summand;
}

/** The work on one proof. */
export interface ProvingSession {
  /** Stacks, encodes and hashes the committed columns. */
  commitWitness(): Promise<Commitment>;
  /** The committed vector, as coefficients of a polynomial, at a point. */
  evaluate(z: Ext): Promise<Ext>;
  fractions(fingerprint: Fingerprint<Ext>): Promise<FractionTree>;
  /** @param point - of all row bits. */
  zerocheck(tables: readonly ZerocheckTable[], point: readonly Ext[]): Promise<ZerocheckSums>;
  /** @param gammas - one per committed column of the machine, in order. */
  openWitness(rho: readonly Ext[], gammas: readonly Ext[]): Promise<OpeningSums>;
  openPreprocessed(vector: StackedVector, rho: readonly Ext[], gammas: readonly Ext[]): Promise<OpeningSums>;
}

/** What a session works on. */
export interface SessionInput {
  readonly suite: HashSuite;
  readonly machine: Machine;
  readonly shape: Shape;
  /** Per chip; `undefined` for absent tables. */
  readonly tables: readonly (Table | undefined)[];
  /** Called when work on the witness turns to `encode` or `hash`. */
  readonly onStage: (stage: string) => void;
}

export interface ProvingEngine {
  /**
   * Counts what tables look up, into the counters of those among them that answer.
   * @param tables - per chip of the machine, as a session's.
   */
  count(suite: HashSuite, machine: Machine, tables: readonly (Table | undefined)[]): Promise<void>;
  /**
   * Commits to 2^variables base elements, of which the last are given, whole parts; the commitment outlives the engine's memory.
   * @param digests - those of an earlier commitment to the same values. Whoever gives them compares the root: it is theirs.
   * @throws {RangeError} for digests of another number, or that are none.
   */
  commit(suite: HashSuite, round: WhirRound, values: Uint32Array, digests?: Uint32Array): Promise<KeptCommitment>;
  /** Makes a proof's session; its memory is free again when `work` ends. */
  session<T>(input: SessionInput, work: (session: ProvingSession) => Promise<T>): Promise<T>;
  /** The lowest nonce after which the permuted state's first element ends in `bits` zero bits. */
  findNonce(suite: HashSuite, state: readonly Felt[], slot: number, bits: number): number;
}
