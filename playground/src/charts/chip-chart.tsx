/**
 * @module Where a run's cells are: a table with bars, by kind of instruction or call.
 */
import { useSignal } from '@preact/signals';
import type { ClassCost } from '@weft/sdk';
import type { JSX } from 'preact';
import { formatCount, formatLarge } from '../model/format.ts';

/** Kinds that are shown at first. */
const MOST_SHOWN = 8;

interface Row {
  readonly name: string;
  readonly rows?: number;
  readonly cells: number;
  /** Not of the program's instructions. */
  readonly isOverhead?: boolean;
}

function rowsOf(chips: readonly ClassCost[], cells: number, isWhole: boolean): readonly Row[] {
  const shown = isWhole ? chips : chips.slice(0, MOST_SHOWN);
  const others = chips.slice(shown.length);
  const sum = (list: readonly ClassCost[], key: 'rows' | 'cells'): number => list.reduce((n, chip) => n + chip[key], 0);
  const rest = Math.max(0, cells - sum(chips, 'cells'));
  return [
    ...shown.map((chip) => ({ ...chip, name: chip.name.replaceAll('_', ' ') })),
    ...(others.length === 0
      ? []
      : [{ name: `${others.length} others`, rows: sum(others, 'rows'), cells: sum(others, 'cells') }]),
    { name: 'lookup tables, state, padding', cells: rest, isOverhead: true },
  ];
}

/** @param cells - of all shards together. */
export function ChipChart({
  chips,
  cells,
}: {
  readonly chips: readonly ClassCost[];
  readonly cells: number;
}): JSX.Element {
  const isWhole = useSignal(false);
  const rows = rowsOf(chips, cells, isWhole.value);
  const most = Math.max(1, ...rows.map((row) => row.cells));
  return (
    <div>
      <table class="chart">
        <caption>Cells by chip</caption>
        <thead>
          <tr>
            <th scope="col">Chip</th>
            <th scope="col">Rows</th>
            <th scope="col">Cells</th>
            <th scope="col" class="chart-bars">
              Share
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name} class={row.isOverhead ? 'is-overhead' : undefined}>
              <th scope="row">{row.name}</th>
              <td>{row.rows === undefined ? '' : formatCount(row.rows)}</td>
              <td>{formatLarge(row.cells)}</td>
              <td class="chart-bars">
                <div>
                  <span class="bar" style={{ width: `${(100 * row.cells) / most}%` }} />
                  <span class="bar-label">{((100 * row.cells) / cells).toFixed(1)} %</span>
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {chips.length > MOST_SHOWN && (
        <button
          type="button"
          class="quiet"
          aria-expanded={isWhole.value}
          onClick={() => {
            isWhole.value = !isWhole.value;
          }}
        >
          {isWhole.value ? 'Show fewer chips' : `Show all ${chips.length} chips`}
        </button>
      )}
    </div>
  );
}
