/**
 * @module `weft inspect` of an ELF file: what is in it, and what it may do.
 */
import { callName, callsOf } from '@weft/executor/debug/calls-of';
import { readLinkSymbols } from '@weft/executor/debug/link-symbols';
import { readFunctions, readSymbols } from '@weft/executor/debug/symbols';
import { instructionIndices } from '@weft/executor/program/program';
import { readSections } from '@weft/executor/program/sections';
import { proofSecurity } from '@weft/prover/protocol/security';
import { machineKey } from '@weft/rv32im/key';
import { setup } from '@weft/sdk';
import type { Outcome } from './commands.ts';
import { formatBytes } from './format.ts';

/** Functions shown, the largest ones. */
const LARGEST = 10;
/** What linker scripts name: ours, SP1's, picolibc's. */
const LINK_SYMBOLS = ['__stack_bottom', '__stack_top', '__heap_start', '__heap_end', '_end', '__global_pointer$'];

const hex = (x: number): string => `0x${x.toString(16)}`;

export async function inspectElf(bytes: Uint8Array): Promise<Outcome> {
  const { vkHex, provingKey } = await setup(bytes);
  const { program, vk } = provingKey;
  const { logHeights } = vk.preprocessed;
  const instructions = instructionIndices(program.code).length;
  const segments = program.image.segments.map((s) => ({
    address: hex(s.address),
    fileBytes: s.data.length,
    memoryBytes: s.memorySize,
    executable: s.executable,
    writable: s.writable,
  }));
  const all = readSections(bytes);
  const sections = all
    .filter(({ isLoaded, size }) => isLoaded && size > 0)
    .map(({ name, address, size }) => ({ name, address: hex(address), size }));
  const unloadedBytes = all.filter(({ isLoaded }) => !isLoaded).reduce((sum, { size }) => sum + size, 0);
  const functions = readFunctions(bytes);
  const largest = functions
    .toSorted((a, b) => b.size - a.size || a.address - b.address)
    .slice(0, LARGEST)
    .map(({ name, address, size }) => ({ name, address: hex(address), size }));
  const entryName = readSymbols(bytes).lookup(program.entry);
  const { codes, hasOthers } = callsOf(program);
  const calls = codes.map((code) => ({ code: hex(code), name: callName(code) ?? null }));
  const addresses = [...readLinkSymbols(bytes, LINK_SYMBOLS)].map(([name, value]) => [name, hex(value)] as const);
  const shapes = machineKey().shapes.map((shape) => ({
    set: shape.set,
    cells: `2^${shape.variables}`,
    securityBits: proofSecurity(machineKey(), [shape], logHeights).bits,
  }));
  const callNames = calls.map(({ code, name }) => name ?? `${code} (unknown: traps)`);
  return {
    json: {
      kind: 'elf',
      vk: vkHex,
      bytes: bytes.length,
      entry: hex(program.entry),
      ...(entryName === undefined ? {} : { entrySymbol: entryName }),
      instructions,
      segments,
      sections,
      unloadedBytes,
      functions: functions.length,
      largestFunctions: largest,
      calls,
      mayMakeOtherCalls: hasOthers,
      linkSymbols: Object.fromEntries(addresses),
      shapes,
      warnings: program.image.warnings,
    },
    text: [
      `ELF executable for rv32im, ${formatBytes(bytes.length)}`,
      `verifying key  ${vkHex}`,
      `entry          ${hex(program.entry)}${entryName === undefined ? '' : ` (${entryName})`}`,
      `instructions   ${instructions} (program table 2^${logHeights[0]})`,
      ...segments.map(
        (s) =>
          `segment        ${s.address}: ${s.fileBytes} of ${s.memoryBytes} bytes in the file${s.executable ? ', code' : ''}${s.writable ? '' : ', read-only'}`,
      ),
      ...sections.map((s) => `section        ${s.address}: ${s.size} bytes of ${s.name}`),
      `not loaded     ${unloadedBytes} bytes of other sections, which are no part of the key`,
      ...addresses.map(([name, value]) => `symbol         ${value}: ${name}`),
      `functions      ${functions.length === 0 ? 'none known: the file has no symbols' : functions.length}`,
      ...largest.map((f) => `  ${`${f.size}`.padStart(8)} bytes at ${f.address}: ${f.name}`),
      `calls          ${callNames.length === 0 ? 'none found' : callNames.join(', ')}${hasOthers ? '; may make others, by a code that it computes' : ''}`,
      ...shapes.map((s) => `shape          ${s.set}, ${s.cells} cells: ${s.securityBits} bits`),
      ...program.image.warnings.map((w) => `warning        ${w.code}: ${w.message}`),
    ],
  };
}
