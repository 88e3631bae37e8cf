/**
 * @module Writes the table of the circuits' keys anew: minutes. Review the difference: a changed root is a circuit that accepts
 * something else. Run by itself with names of circuits, it prints their roots and writes nothing.
 */
import { writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { circuitsOf } from '@weft/recursion/circuits';
import { riscvChain } from '@weft/recursion/rv32im/chain';
import { rootOfCircuit, tableOf } from './table.ts';

const wanted = argv.slice(2);
const circuits = circuitsOf(riscvChain()).filter(({ name }) => wanted.length === 0 || wanted.includes(name));
const roots = new Map<string, string>();
for (const [i, circuit] of circuits.entries()) {
  const started = performance.now();
  roots.set(circuit.name, await rootOfCircuit(circuit));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${i + 1}/${circuits.length} ${circuit.name} ${roots.get(circuit.name)} (${seconds} s)`);
}
if (wanted.length === 0)
  writeFileSync(new URL('../../../recursion/src/rv32im/keys.generated.ts', import.meta.url), tableOf(roots));
