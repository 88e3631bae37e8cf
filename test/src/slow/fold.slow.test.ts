/** Runs of several shards folded into one proof; every key of the table derived anew. */
import { readGuest } from '@weft/guest-examples';
import { reasonOf } from '@weft/primitives/testing';
import { spanCircuits, wholeCircuits, wrapCircuit } from '@weft/recursion/circuits';
import { riscvChain } from '@weft/recursion/rv32im/chain';
import { riscvFolder } from '@weft/recursion/rv32im/fold';
import { SPAN_ROOTS, WHOLE_ROOTS, WRAP_ROOTS, WRAPPING_ROOTS } from '@weft/recursion/rv32im/keys.generated';
import { riscvKeySet, riscvWholeSet } from '@weft/recursion/rv32im/steps';
import { verifyWhole } from '@weft/recursion/rv32im/verify';
import { machineKey } from '@weft/rv32im/key';
import { decodeProof } from '@weft/rv32im/run/proof-file';
import { vkDigest } from '@weft/rv32im/run/verify';
import { prove } from '@weft/sdk';
import { expect, it } from 'vitest';
import { rootOfCircuit } from '../keys/table.ts';
import { foldRun } from '../support/fold.ts';
import { bump, LEAST_MEMORY, text } from '../support/values.ts';

const folder = riscvFolder();

it.each(['5000', '10000', '40000', '160000'])('loop %s', async (count) => {
  const run = decodeProof(
    (await prove(readGuest('loop'), [text(count)], { mode: 'core', memory: LEAST_MEMORY })).proof,
  );
  const circuits: string[] = [];
  const folded = await foldRun(folder, run.vk, run.shards, (circuit) => circuits.push(circuit));
  const program = [...vkDigest(machineKey(), run.vk)];
  process.stdout.write(
    `loop ${count}: ${run.shards.length} shards, ${circuits.join(' ')}, ${folded.proof.length} bytes\n`,
  );
  expect(verifyWhole(program, folded, run.publicValues)).toBe(0);
  expect(reasonOf(() => void verifyWhole(bump(program, 1), folded, run.publicValues))).not.toBe('accepted');
  // Shards that do not follow each other are refused before anything is proven.
  if (run.shards.length > 1) await expect(foldRun(folder, run.vk, run.shards.toReversed())).rejects.toThrow();
});

it('the table of keys is that of the circuits', async () => {
  const roots: Readonly<Record<string, string>> = { ...SPAN_ROOTS, ...WHOLE_ROOTS, ...WRAPPING_ROOTS, ...WRAP_ROOTS };
  const chain = riscvChain();
  const wholes = [false, true].flatMap((isWrapping) => wholeCircuits(chain, riscvKeySet().root, isWrapping));
  for (const circuit of [...spanCircuits(chain), ...wholes, wrapCircuit(chain, riscvWholeSet().root)])
    expect(await rootOfCircuit(circuit), circuit.name).toBe(roots[circuit.name]);
});
