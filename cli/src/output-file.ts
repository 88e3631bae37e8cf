/**
 * @module Files that commands write: looked at before the work, written after it.
 */
import { isSameFile, type OutputTarget, outputTarget, writeOutput } from '@weft/sdk/node/output';
import { onDisk, STANDARD_INPUT, UsageError } from './io.ts';

/**
 * Where an output goes.
 * @param what - it is, in messages: 'the proof'.
 * @param inputs - paths of what it is made from.
 * @throws {UsageError} OUTPUT_IS_INPUT when it would take the place of one of them; the system's code when it cannot be written.
 */
export async function outputFile(path: string, what: string, inputs: readonly string[]): Promise<OutputTarget> {
  const target = await onDisk(path, () => outputTarget(path));
  for (const input of inputs) {
    if (await isSameFile(target.path, input))
      throw new UsageError(
        'OUTPUT_IS_INPUT',
        `${what} would replace ${input === STANDARD_INPUT ? 'standard input' : input}, from which it is made`,
      );
  }
  return target;
}

/** Writes the whole of an output. @throws {UsageError} @throws {ResourceError} */
export async function writeFileWhole(path: string, target: OutputTarget, bytes: Uint8Array): Promise<void> {
  await onDisk(path, () => writeOutput(target, [bytes]));
}
