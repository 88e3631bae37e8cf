/**
 * @module A strict consumer of the package in TypeScript, and compiling it as its author might.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript-5';

/** Every entry, with types that would be wrong if one of them were `any` or another's. */
const CONSUMER = `
import { readFileSync } from 'node:fs';
import { createRunner, execute, type Execution, type Proof, prove, setup, VerificationError, verify, type Verified } from 'weft-zkvm';
import { verify as verifyOne, VerificationError as Rejection } from 'weft-zkvm/verify';
import { type Chip, defineChip, type MachineKey } from 'weft-zkvm/chips';
import { machineKey, setupProgram } from 'weft-zkvm/rv32im';
import { createProgram, type Program } from 'weft-zkvm/executor';
import { Sp1Stdin, u32 } from 'weft-zkvm/sp1';

const chip: Chip = defineChip('identity', {}, (c) => c.assertEqual('same', c.col('a'), c.col('b')));
const key: MachineKey = machineKey();

export async function main(file: string): Promise<void> {
  const elf = new Uint8Array(readFileSync(file));
  const stdin: Uint8Array[] = [new TextEncoder().encode('10')];
  const run: Execution = await execute(elf, stdin);
  const program = await setup(elf);
  const decoded: Program = program.provingKey.program;
  const again = await setupProgram(createProgram(elf));
  const runner = await createRunner(1);
  const proof: Proof = await prove(program, stdin, { mode: 'core', runner });
  await runner.close();
  const verified: Verified = verify(program.vk, proof.proof, { expectExit: 0 });
  // @ts-expect-error
  const wrong: string = verified.publicValues;
  // @ts-expect-error
  if (false as boolean) await prove(program, stdin, { mode: 'snark' });
  let reason = '';
  try {
    verifyOne(program.vkHex, wrong as unknown as Uint8Array);
  } catch (error) {
    if (error instanceof VerificationError && error instanceof Rejection) reason = error.code;
  }
  console.log(
    JSON.stringify({
      cycles: run.cycles,
      publicValues: [...verified.publicValues],
      reason,
      chip: chip.name,
      sameProgram: decoded.elf.length === elf.length && again.vkDigest.join() === program.provingKey.vkDigest.join(),
      chips: key.machine.chips.length > 10,
      items: new Sp1Stdin().write(u32, 20).items.length,
    }),
  );
}

main(process.argv[2]!);
`;

/** What it prints of fibonacci. */
export const PRINTED: Readonly<Record<string, unknown>> = {
  cycles: 6592,
  publicValues: [10, 0, 0, 0, 55, 0, 0, 0],
  reason: 'format',
  chip: 'identity',
  sameProgram: true,
  chips: true,
  items: 1,
};

export interface Resolution {
  readonly name: string;
  readonly module: ts.ModuleKind;
  readonly moduleResolution: ts.ModuleResolutionKind;
  /** Of the consumer: its ending says which kind of module it is. */
  readonly file: string;
}

const { ModuleKind, ModuleResolutionKind } = ts;
export const RESOLUTIONS: readonly Resolution[] = [
  { name: 'node10', module: ModuleKind.CommonJS, moduleResolution: ModuleResolutionKind.Node10, file: 'a.ts' },
  { name: 'node16, CommonJS', module: ModuleKind.Node16, moduleResolution: ModuleResolutionKind.Node16, file: 'b.cts' },
  { name: 'node16, ESM', module: ModuleKind.Node16, moduleResolution: ModuleResolutionKind.Node16, file: 'c.mts' },
  { name: 'nodenext', module: ModuleKind.NodeNext, moduleResolution: ModuleResolutionKind.NodeNext, file: 'd.cts' },
  { name: 'bundler', module: ModuleKind.ESNext, moduleResolution: ModuleResolutionKind.Bundler, file: 'e.ts' },
];

/** Of Node, as a consumer would install them. */
const typeRoots = [fileURLToPath(new URL('../../../node_modules/@types', import.meta.url))];

/**
 * Compiles the consumer in a project, declarations of the package included.
 * @returns what TypeScript finds wrong.
 */
export function compile(folder: string, { file, module, moduleResolution }: Resolution): string[] {
  const path = join(folder, file);
  writeFileSync(path, CONSUMER);
  const program = ts.createProgram([path], {
    module,
    moduleResolution,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    types: ['node'],
    typeRoots,
  });
  const diagnostics = [...ts.getPreEmitDiagnostics(program), ...program.emit().diagnostics];
  return diagnostics.map(
    ({ file: at, messageText }) => `${at?.fileName ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
  );
}
