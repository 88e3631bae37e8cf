/**
 * @module Profiles of runs: the file that pprof and speedscope open, and the table for the terminal.
 */
import { gzipSync } from 'node:zlib';
import type { LineTable } from '@weft/executor/debug/lines';
import type { Profile, ProfileNode } from '@weft/sdk';
import {
  Line,
  Location,
  Profile as PprofFile,
  Function as ProfileFunction,
  Sample,
  StringTable,
  ValueType,
} from 'pprof-format';

/** A function with all calls of it together. */
export interface FunctionTotals {
  readonly name: string;
  readonly calls: number;
  readonly cycles: { readonly self: number; readonly total: number };
  readonly cells: { readonly self: number; readonly total: number };
}

/** Functions by falling cells of their own. A function that calls itself counts once. */
export function functionTotals({ nodes }: Profile): FunctionTotals[] {
  const found = new Map<string, { name: string; calls: number; self: [number, number]; total: [number, number] }>();
  const ofNode = (node: ProfileNode): NonNullable<ReturnType<typeof found.get>> => {
    const key = `${node.address ?? ''} ${node.name}`;
    let entry = found.get(key);
    if (entry === undefined) {
      entry = { name: node.name, calls: 0, self: [0, 0], total: [0, 0] };
      found.set(key, entry);
    }
    return entry;
  };
  const entries = nodes.map(ofNode);
  for (const [i, node] of nodes.entries()) {
    const own = entries[i]!;
    own.calls += node.calls;
    own.self[0] += node.cycles;
    own.self[1] += node.cells;
    const counted = new Set<unknown>();
    for (let at = i; at >= 0; at = nodes[at]!.parent) {
      const entry = entries[at]!;
      if (counted.has(entry)) continue;
      counted.add(entry);
      entry.total[0] += node.cycles;
      entry.total[1] += node.cells;
    }
  }
  return [...found.values()]
    .map(({ name, calls, self, total }) => ({
      name,
      calls,
      cycles: { self: self[0], total: total[0] },
      cells: { self: Math.round(self[1]), total: Math.round(total[1]) },
    }))
    .sort((a, b) => b.cells.self - a.cells.self || b.cycles.self - a.cycles.self);
}

const TOP = 10;
/** Longer names are cut in the middle of the terminal's table. */
const NAME_WIDTH = 60;

/** The functions that cost most, and the regions that the guest named. */
export function describeProfile(profile: Profile): string[] {
  const totals = functionTotals(profile);
  const all = totals.reduce(
    (sum, { cycles, cells }) => ({ cycles: sum.cycles + cycles.self, cells: sum.cells + cells.self }),
    { cycles: 0, cells: 0 },
  );
  const percent = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(1)}%`;
  const row = (columns: readonly string[], name: string): string =>
    `${columns.map((column, i) => column.padStart([12, 7, 12, 14, 7, 14, 10][i]!)).join('')}  ${shortened(name)}`;
  return [
    '',
    row(['cycles', '', 'with calls', 'cells', '', 'with calls', 'calls'], 'function'),
    ...totals
      .slice(0, TOP)
      .map(({ name, calls, cycles, cells }) =>
        row(
          [
            ...[`${cycles.self}`, percent(cycles.self, all.cycles), `${cycles.total}`],
            ...[`${cells.self}`, percent(cells.self, all.cells), `${cells.total}`, `${calls}`],
          ],
          name,
        ),
      ),
    ...(totals.length > TOP ? [`${totals.length - TOP} functions more are in the file`] : []),
    ...(profile.regions.length === 0 ? [] : ['', row(['cycles', '', '', 'cells', '', '', 'times'], 'region')]),
    ...profile.regions.map(({ name, count, cycles, cells }) =>
      row(
        [
          `${cycles}`,
          percent(cycles, all.cycles),
          '',
          `${Math.round(cells)}`,
          percent(cells, all.cells),
          '',
          `${count}`,
        ],
        name,
      ),
    ),
  ];
}

function shortened(name: string): string {
  if (name.length <= NAME_WIDTH) return name;
  const half = Math.floor((NAME_WIDTH - 1) / 2);
  return `${name.slice(0, half)}…${name.slice(-half)}`;
}

/**
 * The file, gzipped: every call path with its cycles and cells (profile.proto of pprof). Columns of a row count one cell, interactions 2.5.
 * @param lines - source lines of functions, as far as the program has them.
 */
export function encodeProfile({ nodes }: Profile, lines: LineTable): Uint8Array {
  const strings = new StringTable();
  const functions = new Map<string, number>();
  const file = new PprofFile({
    stringTable: strings,
    // Cells last: speedscope shows the last type, pprof the default.
    sampleType: ['cycles', 'cells'].map(
      (name) => new ValueType({ type: strings.dedup(name), unit: strings.dedup('count') }),
    ),
    defaultSampleType: strings.dedup('cells'),
  });
  const locationOf = ({ name, address }: ProfileNode): number => {
    const key = `${address ?? ''} ${name}`;
    const known = functions.get(key);
    if (known !== undefined) return known;
    const id = functions.size + 1;
    functions.set(key, id);
    const source = address === undefined ? undefined : lines.at(address);
    const text = strings.dedup(name);
    file.function.push(
      new ProfileFunction({
        id,
        name: text,
        systemName: text,
        filename: strings.dedup(source?.file ?? ''),
        startLine: source?.line ?? 0,
      }),
    );
    file.location.push(
      new Location({ id, address: address ?? 0, line: [new Line({ functionId: id, line: source?.line ?? 0 })] }),
    );
    return id;
  };
  const locations = nodes.map(locationOf);
  for (const [i, { cycles, cells }] of nodes.entries()) {
    const path: number[] = [];
    for (let at = i; at >= 0; at = nodes[at]!.parent) path.push(locations[at]!);
    if (cycles > 0 || cells > 0) file.sample.push(new Sample({ locationId: path, value: [cycles, Math.round(cells)] }));
  }
  return gzipSync(file.encode());
}
