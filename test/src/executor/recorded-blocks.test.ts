/** Records of hot code are those of the interpreter, across chunks of events and bumps, whatever the guest. */
import { ChunkPool, type ExecutionRecord } from '@weft/executor/observe/record';
import { createProgram } from '@weft/executor/program/program';
import { BlockCache } from '@weft/executor/run/blocks';
import { type Checkpoint, replay } from '@weft/executor/shard/checkpoint';
import { type GuestName, readGuest } from '@weft/guest-examples';
import { riscvKeyFor } from '@weft/rv32im/key';
import { setupProgram } from '@weft/rv32im/setup';
import { cutRun } from '@weft/rv32im/shard/cut';
import { afterAll, expect, it, vi } from 'vitest';
import { textInput } from '../golden/statistics.ts';
import { text } from '../support/values.ts';

const GUESTS: readonly (readonly [GuestName, Uint8Array])[] = [
  ['loop', text('200000')],
  ['matrix', text('24')],
  ['recursion', text('3')],
  ['sort-text', textInput(300)],
  ['compress', textInput(200)],
  ['sort-words', text('4000')],
];
const LIMITS = { cells: 2 ** 23, fractions: 2 ** 22 };

/** Every word of a record, by where it stands. */
function contents({ events, ...rest }: ExecutionRecord): Map<string, Uint32Array> {
  const out = new Map<string, Uint32Array>();
  for (const [name, buffer] of Object.entries(events)) {
    const words = new Uint32Array(buffer.count * buffer.stride);
    buffer.copy(0, buffer.count, words, 0);
    out.set(name, words);
  }
  for (const name of ['leaves', 'initial', 'final', 'clocks'] as const) out.set(name, rest[name]);
  out.set('end', Uint32Array.of(rest.endPc, rest.endClock, ...rest.outputs.flatMap((x) => [x.value, x.previous])));
  return out;
}

afterAll(() => {
  vi.unstubAllGlobals();
});

it('records agree', async () => {
  const shards: { elf: Uint8Array; checkpoint: Checkpoint; record: Map<string, Uint32Array> }[] = [];
  let bumps = 0;
  for (const [name, input] of GUESTS) {
    const elf = readGuest(name);
    const pk = await setupProgram(createProgram(elf), riscvKeyFor([]));
    for await (const { checkpoint, index } of cutRun(pk, [input], { limits: LIMITS })) {
      // The second time all that is hot is compiled before it starts.
      for (let i = 0; i < 2; i++) {
        const record = replay(pk.program, checkpoint, new ChunkPool());
        bumps += record.events.bump.count;
        shards.push({ elf, checkpoint, record: contents(record) });
      }
      if (index === 2) break;
    }
  }
  expect(shards.length).toBeGreaterThan(12);
  expect(bumps).toBeGreaterThan(10_000);
  // More events of a class than a chunk holds.
  expect(shards.some(({ record }) => record.get('load_word')!.length > 2 ** 18)).toBe(true);
  vi.stubGlobal(
    'Function',
    class {
      constructor() {
        throw new EvalError('refused');
      }
    },
  );
  for (const { elf, checkpoint, record } of shards) {
    const again = contents(replay(createProgram(elf), checkpoint, new ChunkPool()));
    for (const [name, words] of again)
      expect(
        Buffer.compare(
          Buffer.from(words.buffer, words.byteOffset, words.byteLength),
          Buffer.from(record.get(name)!.slice().buffer),
        ),
        name,
      ).toBe(0);
  }
  expect(BlockCache.isAllowed).toBe(false);
});
