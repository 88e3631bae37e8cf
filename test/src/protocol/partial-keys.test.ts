/** Keys of some families: in all that a proof rests on they are the whole machine's, whose digest they have without making it. */
import { createProgram } from '@weft/executor/program/program';
import { readGuest } from '@weft/guest-examples';
import { feltsToBytes } from '@weft/primitives';
import { P } from '@weft/primitives/field/base';
import { codeOf, reasonOf } from '@weft/primitives/testing';
import { chooseShape, type MachineKey, shapeAt, shapeOf } from '@weft/prover/protocol/key';
import { proveTables } from '@weft/prover/prove/prove';
import { leastProofBytes } from '@weft/prover/verify/proof';
import { spanCircuits, wholeCircuits, wrapCircuit } from '@weft/recursion/circuits';
import { childOfClass } from '@weft/recursion/key';
import { riscvChain } from '@weft/recursion/rv32im/chain';
import { CLASS_DIGESTS, WHOLE_BITS } from '@weft/recursion/rv32im/keys.generated';
import { knownCircuit, riscvKeySet, riscvWholeSet, wholeSecurity } from '@weft/recursion/rv32im/steps';
import { costModel } from '@weft/rv32im/cost/cost';
import {
  createRiscvKey,
  FAMILY_SETS,
  familiesOf,
  familiesOfShapes,
  riscvKey,
  riscvKeyFor,
  STANDARD,
} from '@weft/rv32im/key';
import { MACHINE_DIGEST } from '@weft/rv32im/key.generated';
import { encodeProof, type ProofFile } from '@weft/rv32im/run/proof-file';
import { verifyShard } from '@weft/rv32im/run/verify';
import { type ProvingKey, setupProgram, withMachine } from '@weft/rv32im/setup';
import { cutRun } from '@weft/rv32im/shard/cut';
import { shardTables } from '@weft/rv32im/shard/tables';
import { statementWords } from '@weft/rv32im/statement';
import { execute, verify } from '@weft/sdk';
import { describe, expect, it } from 'vitest';
import { classDigests } from '../keys/table.ts';
import { ONE_SHARD, type RecordedShard, recordShards } from '../support/shards.ts';
import { text } from '../support/values.ts';

const whole = riscvKey();
const setsOf = ({ shapes }: MachineKey): string[] => [...new Set(shapes.map(({ set }) => set))];

it('the digest that they have is that of the machine, made anew', () => {
  expect(createRiscvKey(STANDARD).key.digest).toEqual(MACHINE_DIGEST);
});

describe.each(FAMILY_SETS)('of set $name', ({ name, families }) => {
  const { key, omitted, expand, calls } = riscvKeyFor(families);

  it('has shapes, chips and openings of the whole key', () => {
    expect(setsOf(key)).toContain(name);
    for (const shape of key.shapes) expect(shape).toEqual(shapeAt(whole.key, shape.index));
    expect(key.preprocessed).toEqual(whole.key.preprocessed);
    for (const field of ['digest', 'roleTag', 'use', 'suite'] as const) expect(key[field]).toEqual(whole.key[field]);
  });
  it('has every set whose families it has, so that a shard has the shape that it always has', () => {
    const within = FAMILY_SETS.filter((set) => set.families.every((family) => families.includes(family)));
    expect(setsOf(key)).toEqual(within.map((set) => set.name));
    const names = key.machine.chips.map((chip) => chip.name);
    // In the order of the whole machine: tables are given by it.
    expect(names).toEqual(whole.key.machine.chips.map((chip) => chip.name).filter((chip) => names.includes(chip)));
    const core = whole.key.machine.chips.map((chip) =>
      ['range', 'byte', 'program'].includes(chip.name) ? 16 : undefined,
    );
    const own = key.machine.chips.map((chip) => (['range', 'byte', 'program'].includes(chip.name) ? 16 : undefined));
    expect(chooseShape(key, own).index).toBe(chooseShape(whole.key, core).index);
  });
  it('costs what the whole machine costs, and has no room for what it omits', () => {
    const preprocessed = { logHeights: [13], root: [] };
    const [of, all] = [costModel(key, preprocessed, omitted), costModel(whole.key, preprocessed)];
    expect(of.fixed).toEqual(all.fixed);
    expect(Object.keys(of.tables).sort()).toEqual(Object.keys(all.tables).sort());
    for (const [events, { cells, fractions, capacities }] of Object.entries(of.tables))
      if (omitted.includes(events)) expect(capacities).toEqual([]);
      else expect({ cells, fractions, capacities }).toMatchObject(pick(all.tables[events]!));
  });
  it('takes the calls of the whole machine, and makes rows of those that it has chips for as that does', () => {
    expect(calls).toBe(whole.calls);
    expect(new Map(expand)).toEqual(new Map([...whole.expand].filter(([events]) => !omitted.includes(events))));
  });
  it('reads files as the whole key does', () => {
    expect(leastProofBytes(riscvKeyFor([]).key)).toBe(leastProofBytes(whole.key));
    const indices = key.shapes.filter(({ set }) => set === name).map(({ index }) => index);
    expect(new Set(familiesOfShapes(indices))).toEqual(new Set(families));
  });
});

const pick = <T extends { cells: number; fractions: number; capacities: readonly number[] }>(x: T): object => ({
  cells: x.cells,
  fractions: x.fractions,
  capacities: x.capacities,
});

describe('of families', () => {
  it('that no shard has together is the whole key', () => {
    expect(riscvKeyFor(['bn254', 'ed25519'])).toBe(whole);
  });
  it('of any shapes together have a key with these shapes', () => {
    for (const { index } of whole.key.shapes)
      expect(shapeAt(riscvKeyFor(familiesOfShapes([index])).key, index)?.index, `shape ${index}`).toBe(index);
    for (let chosen = 1; chosen < 2 ** FAMILY_SETS.length; chosen++) {
      const named = FAMILY_SETS.filter((_, i) => ((chosen >> i) & 1) === 1).map((set) => set.name);
      const indices = whole.key.shapes.filter(({ set }) => named.includes(set)).map(({ index }) => index);
      const { key } = riscvKeyFor(familiesOfShapes(indices));
      expect(
        indices.filter((index) => shapeAt(key, index) === undefined),
        named.join(),
      ).toEqual([]);
    }
  });
  it('whose first set is none of a key have another shape in it: uint256 alone, in a run that calls another curve', () => {
    // As ADR 23 says; both keys verify proofs of both.
    const heightsOf = ({ machine }: MachineKey): (number | undefined)[] => {
      const used = new Set(['range', 'byte', 'program', 'uint256_mul']);
      return machine.chips.map(({ name }) => (used.has(name) ? 16 : undefined));
    };
    const part = riscvKeyFor(['uint256', 'ed25519']).key;
    const shapes = [whole.key, part].map((key) => chooseShape(key, heightsOf(key)));
    expect(shapes.map(({ set }) => set)).toEqual(['secp256', 'ed25519']);
    expect(shapeAt(whole.key, shapes[1]!.index)).toEqual(shapes[1]);
  });
  it('that are none is refused', async () => {
    expect(await codeOf(() => riscvKeyFor(['md5']))).toBe('SETS');
    expect(familiesOfShapes([99, -1, Number.NaN])).toEqual([]);
  });
  it('are those that a run has rows of', () => {
    expect(familiesOf({ add: 7, keccak: 0 })).toEqual([]);
    expect(familiesOf({ keccak_memory: 2, u256xu2048_part: 8, sha_extend: 0 })).toEqual(['keccak', 'uint256']);
  });
});

describe('a shard with calls', () => {
  const guest = createProgram(readGuest('keccak-calls'));
  const proveWith = async (pk: ProvingKey): Promise<Pick<RecordedShard, 'statement'> & { proof: Uint8Array }> => {
    for await (const { record, siblings } of recordShards(pk, [text('3')], ONE_SHARD)) {
      const { tables, statement } = shardTables(pk, record, siblings);
      return { statement, proof: await proveTables(pk.key, pk.preprocessed, tables, statementWords(statement)) };
    }
    throw new RangeError('a run has at least one shard');
  };
  it('is proven byte for byte as with the whole key; a key without its families knows neither tables nor shape', async () => {
    const pk = await setupProgram(guest);
    const { statement, proof } = await proveWith(pk);
    expect((await proveWith(withMachine(pk, riscvKeyFor(['keccak'])))).proof).toEqual(proof);
    verifyShard(riscvKeyFor(['keccak']).key, pk.vk, statement, proof);
    const core = withMachine(pk, riscvKeyFor([]));
    const cutAll = async (): Promise<void> => {
      for await (const _ of cutRun(core, [text('3')], { limits: ONE_SHARD }));
    };
    expect(await codeOf(cutAll)).toBe('SHARD_TOO_SMALL');
    expect(reasonOf(() => void verifyShard(core.key, pk.vk, statement, proof))).toBe('shape');
    // From a file, whose verifier makes the key of the shapes that it finds there, and takes no other shape for the proof's.
    const { exitCode, publicValues } = await execute(guest.elf, [text('3')]);
    const judge = (shape: number): string => {
      const named = Uint8Array.of(shape & 255, shape >>> 8, shape >>> 16, shape >>> 24, ...proof.subarray(4));
      const file: ProofFile = { mode: 'core', vk: pk.vk, publicValues, shards: [{ statement, proof: named }] };
      return reasonOf(() => expect(verify(feltsToBytes(pk.vkDigest), encodeProof(file)).exitCode).toBe(exitCode));
    };
    const own = shapeOf(whole.key, proof)!.index;
    expect(shapeAt(whole.key, own)!.set).toBe('hashes');
    expect(judge(own)).toBe('accepted');
    for (const { index } of whole.key.shapes)
      if (index !== own) expect(judge(index), `shape ${index}`).not.toBe('accepted');
    for (const index of [whole.key.shapes.length, P - 1]) expect(judge(index)).toBe('shape');
    for (const index of [P, 2 ** 32 - 1]) expect(judge(index)).toBe('format');
  });
  it('of another machine has another key', async () => {
    const pk = await setupProgram(guest, riscvKeyFor([]));
    const other = createRiscvKey({ ...STANDARD, families: [], sets: [{ name: 'core', families: [], sizes: [20] }] });
    expect(() => withMachine(pk, other)).toThrow(RangeError);
  });
});

describe('circuits, known by the names in the table of keys alone', () => {
  const chain = riscvChain();
  const circuits = [
    ...spanCircuits(chain),
    ...wholeCircuits(chain, riscvKeySet().root, false),
    ...wholeCircuits(chain, riscvKeySet().root, true),
    wrapCircuit(chain, riscvWholeSet().root),
  ];
  it('have keys and tables of the class that they are recorded for', () => {
    const classes = new Set<unknown>();
    for (const { name, suite, words, heights, form } of circuits) {
      const { root, ...child } = knownCircuit(name)!;
      expect(child, name).toEqual(childOfClass(suite, words, heights, form));
      classes.add(child.key);
    }
    expect(classes.size).toBe(4);
    expect(knownCircuit('toString')).toBeUndefined();
  });
  it('have machines whose digests, made anew, are those of the table', () => {
    expect(classDigests(chain)).toEqual(CLASS_DIGESTS);
  });
  it('are worth what is written beside their roots', () => {
    expect(wholeSecurity().bits).toBe(WHOLE_BITS);
  });
});
