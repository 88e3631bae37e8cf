/**
 * @module Parts of a run that the guest names by lines of its output, in the words of SP1's cycle tracker:
 * `cycle-tracker-start: NAME`, `cycle-tracker-end: NAME`, and the same with `-report-`.
 */
import type { ProfileRegion } from './profiler.ts';

const LINE = /^cycle-tracker(?:-report)?-(start|end): *(.+?) *$/;
/** Longer lines are no marks. */
const MOST_BYTES = 4096;
const MOST_REGIONS = 1 << 16;

interface Region {
  count: number;
  cycles: number;
  cells: number;
  /** Totals at starts that have no end yet: a region may call itself. */
  readonly open: (readonly [cycles: number, cells: number])[];
}

/** Follows the lines of standard output and error. A start without an end counts nothing, an end without a start is ignored. */
export class RegionTracker {
  readonly #lines: Record<1 | 2, string> = { 1: '', 2: '' };
  readonly #decoder = new TextDecoder();
  readonly #regions = new Map<string, Region>();

  /** @param totals - cycles and cells so far. */
  write(descriptor: 1 | 2, bytes: Uint8Array, totals: ArrayLike<number>): void {
    const lines = (this.#lines[descriptor] + this.#decoder.decode(bytes)).split('\n');
    const rest = lines.pop()!;
    this.#lines[descriptor] = rest.length > MOST_BYTES ? rest.slice(0, MOST_BYTES) : rest;
    for (const line of lines) this.#mark(line, [totals[0]!, totals[1]!]);
  }

  /** Those that ended at least once, in the order of their first start. */
  regions(): readonly ProfileRegion[] {
    return [...this.#regions]
      .filter(([, { count }]) => count > 0)
      .map(([name, { count, cycles, cells }]) => ({ name, count, cycles, cells }));
  }

  #mark(line: string, now: readonly [number, number]): void {
    const [, edge, name] = LINE.exec(line.slice(0, MOST_BYTES)) ?? [];
    if (edge === undefined || name === undefined) return;
    let region = this.#regions.get(name);
    if (edge === 'start') {
      if (region === undefined) {
        if (this.#regions.size >= MOST_REGIONS) return;
        region = { count: 0, cycles: 0, cells: 0, open: [] };
        this.#regions.set(name, region);
      }
      if (region.open.length < MOST_REGIONS) region.open.push(now);
      return;
    }
    const began = region?.open.pop();
    if (region === undefined || began === undefined) return;
    region.count++;
    // Inside itself a region is counted by its outermost start alone.
    if (region.open.length > 0) return;
    region.cycles += now[0] - began[0];
    region.cells += now[1] - began[1];
  }
}
