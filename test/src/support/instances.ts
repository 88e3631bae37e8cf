/**
 * @module The proofs on which tests of the proof system run: one of the counter machine, one of RV32IM.
 */
import { readGuest } from '@weft/guest-examples';
import { type MachineKey, type PreprocessedKey, verifyBytes } from '@weft/prover';
import type { VerifierHooks } from '@weft/prover/verify/proof';
import { machineKey } from '@weft/rv32im/key';
import { decodeProof } from '@weft/rv32im/run/proof-file';
import { statementWords } from '@weft/rv32im/statement';
import { prove, setup } from '@weft/sdk';
import { verifyTwice } from './circuit.ts';
import { counterKey, counterProgram, proveCounter, verifyCounter } from './counter.ts';

/** What a test puts in place of the verifier's parts, the machine key included. */
export interface InstanceHooks extends VerifierHooks {
  readonly key?: MachineKey;
}

/** An honest proof of one machine, and its verifier. */
export interface Instance {
  readonly name: string;
  readonly key: MachineKey;
  readonly preprocessed: PreprocessedKey;
  readonly proof: Uint8Array;
  /** The statement's words. */
  readonly words: readonly number[];
  /** @throws {VerificationError} */
  verify(bytes: Uint8Array, words: readonly number[], hooks?: InstanceHooks): void;
  /** Proofs of one shape whose tables have other heights, or are absent. */
  others(): Promise<readonly Pick<Instance, 'proof' | 'words'>[]>;
}

async function counter(): Promise<Instance> {
  const program = await counterProgram();
  const others = [
    [1, 0],
    [500, 127],
    [0, 300],
  ] as const;
  return {
    name: 'counter',
    key: counterKey,
    preprocessed: program.key,
    ...(await proveCounter(program, [129, 40])),
    verify: (bytes, words, hooks) => verifyCounter(program, bytes, words, hooks),
    others: () => Promise.all(others.map((counts) => proveCounter(program, counts))),
  };
}

async function rv32im(): Promise<Instance> {
  const program = await setup(readGuest('fibonacci'));
  const { preprocessed } = program.provingKey.vk;
  const proven = async (input: string): Promise<Pick<Instance, 'proof' | 'words'>> => {
    const { shards } = decodeProof(
      (await prove(program, [new TextEncoder().encode(input)], { mode: 'core', workers: 1 })).proof,
    );
    const { proof, statement } = [...shards][0]!;
    return { proof: proof.slice(), words: statementWords(statement) };
  };
  return {
    name: 'rv32im',
    key: machineKey(),
    preprocessed,
    ...(await proven('10')),
    verify: (bytes, words, hooks) => {
      const native = (): unknown => verifyBytes(hooks?.key ?? machineKey(), preprocessed, words, bytes, hooks);
      const { key = machineKey(), ...parts } = hooks ?? {};
      if (Object.keys(parts).length > 0) native();
      else verifyTwice(native, key, preprocessed, words, bytes);
    },
    others: async () => [await proven('1'), await proven('40')],
  };
}

/** The counter's, then RV32IM's. */
export const INSTANCES: readonly [Instance, Instance] = [await counter(), await rv32im()];
