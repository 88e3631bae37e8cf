/**
 * @module `pnpm bench:examples`: proves every example once and writes `docs/examples.md`. Nothing else should run meanwhile.
 */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { createProgram } from '@weft/executor/program/program';
import { readGuest } from '@weft/guest-examples';
import { EXAMPLES, type Example, readStdin } from '@weft/guest-examples/examples';
import { planMemoryLimit } from '@weft/rv32im/cost/cost';
import { setupProgram } from '@weft/rv32im/setup';
import { shardStatistics } from '@weft/rv32im/shard/statistics';
import { shardTables } from '@weft/rv32im/shard/tables';
import { createRunner, prove, setup, type TaskRunner } from '@weft/sdk';
import { recordShards } from '../support/shards.ts';

interface Row {
  readonly example: Example;
  readonly cycles: number;
  /** Committed, of all shards. */
  readonly cells: number;
  /** Execution and proof, by a runner that is warm. */
  readonly proveMs: number;
  readonly proofBytes: number;
}

/** Under the whole key: that of a setup for proving has chips only of what the run before it called. */
async function committedCells(elf: Uint8Array, stdin: readonly Uint8Array[]): Promise<number> {
  const pk = await setupProgram(createProgram(elf));
  const { limits } = planMemoryLimit(pk.key, 2 ** 31);
  let cells = 0;
  for await (const { record, siblings } of recordShards(pk, stdin, limits))
    cells += (await shardStatistics(pk, shardTables(pk, record, siblings))).committedCells;
  return cells;
}

async function measure(example: Example, runner: TaskRunner): Promise<Row> {
  const elf = readGuest(example.name);
  const program = await setup(elf);
  const stdin = readStdin(example);
  const cells = await committedCells(elf, stdin);
  const { cycles, executeMs, proveMs, proof } = await prove(program, stdin, { runner });
  process.stderr.write(`${example.name}: ${cycles} cycles in ${proveMs.toFixed(0)} ms\n`);
  return { example, cycles, cells, proveMs: executeMs + proveMs, proofBytes: proof.length };
}

function page(rows: readonly Row[]): string {
  const thousands = (x: number): string => Math.round(x).toLocaleString('en-US');
  const lines = rows.map(({ example: { name, language, title, folder }, cycles, cells, proveMs, proofBytes }) =>
    [
      `| [${name}](../guest-examples/${folder}/README.md)`,
      language,
      title,
      thousands(cycles),
      `${(cells / 1e6).toFixed(1)} M`,
      (proveMs / 1000).toFixed(1),
      `${thousands(proofBytes / 1024)} |`,
    ].join(' | '),
  );
  return `# Examples

Programs that someone may want to prove, each with its sources, a page that says why, what stays private and what becomes public, input items, and
the answer that it must give, which other programs compute (\`test/src/guests\`). The list is \`guest-examples/src/examples.ts\`. To run one:

\`\`\`sh
weft prove guest-examples/elf/sudoku.elf --stdin guest-examples/sudoku/stdin-0.txt --stdin guest-examples/sudoku/stdin-1.txt -o sudoku.proof
weft verify sudoku.proof --elf guest-examples/elf/sudoku.elf
\`\`\`

A proof is not zero-knowledge: what is private is left out of the public values, but a proof may tell something of it.

| example | language | what a proof says | cycles | cells committed | prove s | proof KiB |
|---|---|---|---|---|---|---|
${lines.join('\n')}

Written by \`pnpm bench:examples\`: with the input items of the list, one compressed proof each, by warm workers, execution included.
${cpus()[0]?.model ?? 'unknown'}, ${cpus().length} cores, Node ${process.version}.
`;
}

const runner = await createRunner(cpus().length);
try {
  // The first proof compiles kernels.
  const rows: Row[] = [];
  await measure(EXAMPLES[0]!, runner);
  for (const example of EXAMPLES) rows.push(await measure(example, runner));
  writeFileSync(new URL('../../../docs/examples.md', import.meta.url), page(rows));
} finally {
  await runner.close();
}
