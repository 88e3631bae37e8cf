/**
 * @module Writes the table of the circuits' keys anew: minutes. Review the difference: a changed root is a circuit that accepts
 * something else. Run by itself with names of circuits, it prints their roots and writes nothing.
 */
import { writeFileSync } from 'node:fs';
import { argv } from 'node:process';
import { bytesToFelts, hexToBytes } from '@weft/primitives';
import type { HashSuite } from '@weft/primitives/hash/suite';
import { type Circuit, spanCircuits, wholeCircuits, wrapCircuit } from '@weft/recursion/circuits';
import { WRAPPING } from '@weft/recursion/classes';
import { KeySet } from '@weft/recursion/programs/key-set';
import { riscvChain } from '@weft/recursion/rv32im/chain';
import { SPAN_ROOTS, WRAPPING_ROOTS } from '@weft/recursion/rv32im/keys.generated';
import { wholeSecurity } from '@weft/recursion/rv32im/steps';
import { createRiscvKey, STANDARD } from '@weft/rv32im/key';
import { classDigests, machineSource, type Roots, rootOfCircuit, tableOf } from './table.ts';

const wanted = argv.slice(2);

async function rootsOf(circuits: readonly Circuit[]): Promise<Roots> {
  const roots = new Map<string, string>();
  for (const circuit of circuits.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    const started = performance.now();
    roots.set(circuit.name, await rootOfCircuit(circuit));
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(`${circuit.name} ${roots.get(circuit.name)} (${seconds} s)`);
  }
  return roots;
}

const { key } = createRiscvKey(STANDARD);
const chain = riscvChain(key);
const span = await rootsOf(spanCircuits(chain));
// Circuits of whole chains hold the set of the others' keys as a constant.
const setOf = (suite: HashSuite, made: Roots, known: Readonly<Record<string, string>>): KeySet => {
  const hex = Object.values(wanted.length === 0 ? Object.fromEntries(made) : known);
  return new KeySet(
    suite,
    hex.map((root) => bytesToFelts(hexToBytes(root))),
  );
};
const keySet = setOf(chain.key.suite, span, SPAN_ROOTS).root;
const whole = await rootsOf(wholeCircuits(chain, keySet, false));
const wrapping = await rootsOf(wholeCircuits(chain, keySet, true));
const wrap = await rootsOf([wrapCircuit(chain, setOf(WRAPPING.suite!, wrapping, WRAPPING_ROOTS).root)]);
if (wanted.length === 0) {
  writeFileSync(new URL('../../../rv32im/src/key.generated.ts', import.meta.url), machineSource(key.digest));
  writeFileSync(
    new URL('../../../recursion/src/rv32im/keys.generated.ts', import.meta.url),
    tableOf({ bits: wholeSecurity(chain).bits, digests: classDigests(chain) }, span, whole, wrapping, wrap),
  );
}
