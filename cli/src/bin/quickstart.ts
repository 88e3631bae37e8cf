/**
 * @module The tour that the README starts with: runs, proves and verifies an example and prints what it saw.
 */
import { readGuest } from '@weft/guest-examples';
import { bytesToHex } from '@weft/primitives';
import { prove, setup, verify } from '@weft/sdk';
import { proofStatistics } from '@weft/sdk/prove/statistics';
import { createProgressBar } from '../progress.ts';

const bar = process.stderr.isTTY === true ? createProgressBar() : undefined;
const elf = readGuest('fibonacci');
const stdin = [new TextEncoder().encode('10')];
const program = await setup(elf);
process.stdout.write('Proving the 10th Fibonacci number (guest-examples/fibonacci, input "10") ...\n');
const p = await prove(program, stdin, {
  onOutput: (_, bytes) => void process.stdout.write(bytes),
  onProgress: bar?.update,
});
bar?.stop();
verify(program.vk, p.proof);
const started = performance.now();
const verified = verify(program.vk, p.proof);
const verifyMs = performance.now() - started;
let [real, committed] = [0, 0];
for await (const shard of proofStatistics(elf, stdin)) {
  real += shard.realCells;
  committed += shard.committedCells;
}
const rows: readonly (readonly [string, string])[] = [
  ['cycles', `${p.cycles}`],
  ['cells', `${real} real, ${committed} committed`],
  ['prove time', `${(p.proveMs / 1000).toFixed(1)} s`],
  ['proof size', `${(p.proof.length / 1024).toFixed(1)} KiB`],
  ['verify time', `${verifyMs.toFixed(0)} ms`],
  ['security', `${verified.securityBits} bits, provable`],
  ['exit code', `${verified.exitCode}`],
  ['public values', bytesToHex(verified.publicValues)],
];
const width = Math.max(...rows.map(([name]) => name.length));
process.stdout.write(`${rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n')}\n`);
