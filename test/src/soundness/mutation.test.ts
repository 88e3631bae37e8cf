/**
 * Every column of every chip but the sparse lookup tables (`protocol/sparse` has those), changed on rows of every kind: each change
 * must break a constraint, a lookup or a bus message. What survives is listed below with the reason why it is harmless.
 */
import { P } from '@weft/primitives/field/base';
import { expect, it } from 'vitest';
import { everything, SYSCALL_INPUT } from '../support/programs.ts';
import { judge, passes } from '../support/rows.ts';
import { traceRun } from '../support/traces.ts';

/** Columns whose cells may be free on some rows, and why. Reviewed; a column that is not here must never survive. */
const WAIVERS: Readonly<Record<string, string>> = {
  // Hints: any value that satisfies the constraint it serves is as good as another.
  'branch_eq.inverse_lo': 'multiplies a difference that is 0, or shares the sum with inverse_hi',
  'branch_eq.inverse_hi': 'multiplies a difference that is 0, or shares the sum with inverse_lo',
  'branch_zero.inverse': 'multiplies a sum that is 0',
  'divrem.abs_a_carry_lo': 'used only where a is negative',
  'divrem.abs_a_carry_hi': 'used only where a is negative',
  'divrem.abs_b_carry_lo': 'used only where b is negative',
  'divrem.abs_b_carry_hi': 'used only where b is negative',
  'divrem.result_carry_lo': 'used only where the result is negated',
  'divrem.result_carry_hi': 'used only where the result is negated',
  'divrem.borrow': 'used only where the divisor is not 0',
  // Cells of an access that the row does not make.
  'ecall.a0_lo': 'a0 is read by HALT and COMMIT only',
  'ecall.a0_hi': 'a0 is read by HALT and COMMIT only',
  'ecall.a0_previous': 'a0 is read by HALT and COMMIT only',
  'ecall.a1_lo': 'a1 is read by COMMIT and COMMIT_DEFERRED_PROOFS only',
  'ecall.a1_hi': 'a1 is read by COMMIT and COMMIT_DEFERRED_PROOFS only',
  'ecall.a1_previous': 'a1 is read by COMMIT and COMMIT_DEFERRED_PROOFS only',
  'ecall.old_lo': 'WRITE and COMMIT_DEFERRED_PROOFS write no cell',
  'ecall.old_hi': 'WRITE and COMMIT_DEFERRED_PROOFS write no cell',
  'ecall.cell_previous': 'WRITE and COMMIT_DEFERRED_PROOFS write no cell',
  'ecall.flag_old_lo': 'only COMMIT writes a flag',
  'ecall.flag_old_hi': 'only COMMIT writes a flag',
  'ecall.flag_previous': 'only COMMIT writes a flag',
  'ecall.hint_length_lo': 'only HINT_LEN returns a length',
  'ecall.hint_length_hi': 'only HINT_LEN returns a length',
  'hint_read.beyond_hi': 'checked only where more words follow',
  'hint_read.value_lo': 'an empty item writes no word',
  'hint_read.value_hi': 'an empty item writes no word',
  'hint_read.old_lo': 'an empty item writes no word',
  'hint_read.old_hi': 'an empty item writes no word',
  'hint_read.memory_previous': 'an empty item writes no word',
  'leaf.room_hi': 'checked only for memory leaves',
};

/** Rows to try: some of every combination of 0/1 columns, so that each operation and case is met, and padding. */
function chooseRows(columns: readonly Uint32Array[], height: number): number[] {
  const byKind = new Map<string, number>();
  for (let row = 0; row < height; row++) {
    const kind = columns.map((c) => (c[row]! <= 1 ? c[row] : 2)).join('');
    byKind.set(kind, row);
    if (byKind.size >= 40) break;
  }
  return [...new Set([0, height - 1, ...byKind.values()])];
}

it('no unwaived change of a cell passes', async () => {
  const { pk, traces: all } = await traceRun(everything(), SYSCALL_INPUT);
  // A tail is its head's definition once more.
  const traces = all.filter((t) => t?.chip.name.endsWith('_tail') !== true);
  const survivors = new Map<string, number>();
  const broken = new Set<string>();
  let tried = 0;
  for (const t of traces) {
    if (t === undefined || t.chip.fixed.kind !== 'none') continue;
    const height = 2 ** t.logHeight;
    for (const row of chooseRows(t.columns, height)) {
      const cells = t.columns.map((c) => c[row]!);
      const honest = judge(pk, t.chip, cells);
      expect(honest.broken).toEqual([]);
      expect(honest.misses).toEqual([]);
      for (const [c, column] of t.chip.columns.entries()) {
        const value = cells[c]!;
        const neighbour = t.columns[c]![(row + 1) % height]!;
        const changes = [0, 1, value + 1, value + P - 1, P - 1, value + 256, value + 65536, neighbour, 2].map(
          (x) => x % P,
        );
        for (const change of new Set(changes)) {
          if (change === value) continue;
          tried++;
          const mutated = cells.slice();
          mutated[c] = change;
          const changed = judge(pk, t.chip, mutated);
          for (const name of [...changed.broken, ...changed.misses]) broken.add(`${t.chip.name}.${name}`);
          if (passes(honest, changed)) {
            const name = `${t.chip.name}.${column.name}`;
            survivors.set(name, (survivors.get(name) ?? 0) + 1);
          }
        }
      }
    }
  }
  expect(tried).toBeGreaterThan(20_000);
  const unexpected = [...survivors].filter(([name]) => WAIVERS[name] === undefined);
  expect(unexpected).toEqual([]);
  // A waiver that nothing needs any more goes away.
  expect(Object.keys(WAIVERS).filter((name) => !survivors.has(name))).toEqual([]);
  // Every lookup is live: some change makes it miss its table.
  const lookups = traces.flatMap((t) =>
    t === undefined
      ? []
      : t.chip.interactions.flatMap((i, index) =>
          i.bus.kind === 'lookup' && i.sign === 1 ? [`${t.chip.name}.${i.bus.name} ${index}`] : [],
        ),
  );
  expect(lookups.filter((name) => !broken.has(name))).toEqual([]);
  // Every constraint is live: some change breaks it.
  const constraints = traces.flatMap((t) =>
    t === undefined ? [] : t.chip.constraints.map((c) => `${t.chip.name}.${c.name}`),
  );
  expect(constraints.filter((name) => !broken.has(name))).toEqual([]);
});
