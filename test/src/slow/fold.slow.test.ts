/** Runs of several shards folded into one proof; every key of the table derived anew. */
import { readGuest } from '@weft/guest-examples';
import { reasonOf } from '@weft/primitives/testing';
import { circuitsOf } from '@weft/recursion/circuits';
import { riscvChain } from '@weft/recursion/rv32im/chain';
import { foldRun, riscvFolder } from '@weft/recursion/rv32im/fold';
import { CIRCUIT_ROOTS } from '@weft/recursion/rv32im/keys.generated';
import { verifyFolded } from '@weft/recursion/rv32im/verify';
import { decodeProof } from '@weft/rv32im/run/proof-file';
import { prove } from '@weft/sdk';
import { expect, it } from 'vitest';
import { rootOfCircuit } from '../keys/table.ts';
import { bump, LEAST_MEMORY, text } from '../support/values.ts';

const folder = riscvFolder();

it.each(['5000', '10000', '40000', '160000'])('loop %s', async (count) => {
  const run = decodeProof((await prove(readGuest('loop'), [text(count)], { memory: LEAST_MEMORY })).proof);
  const circuits: string[] = [];
  const folded = await foldRun(folder, run.vk, run.shards, (circuit) => circuits.push(circuit));
  process.stdout.write(
    `loop ${count}: ${run.shards.length} shards, ${circuits.join(' ')}, ${folded.proof.length} bytes\n`,
  );
  expect(verifyFolded(run.vk, folded, run.publicValues)).toBe(0);
  expect(
    reasonOf(() => void verifyFolded(run.vk, { ...folded, after: bump(folded.after, 1) }, run.publicValues)),
  ).not.toBe('accepted');
  // Shards that do not follow each other are refused before anything is proven.
  if (run.shards.length > 1) await expect(foldRun(folder, run.vk, run.shards.toReversed())).rejects.toThrow();
});

it('the table of keys is that of the circuits', async () => {
  for (const circuit of circuitsOf(riscvChain()))
    expect(await rootOfCircuit(circuit), circuit.name).toBe(CIRCUIT_ROOTS[circuit.name]);
});
