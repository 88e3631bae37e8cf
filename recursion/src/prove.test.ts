/** Setup of a circuit commits to no columns that the key-generation check has not passed. */
import { ConstraintError } from '@weft/primitives';
import { POSEIDON2_KOALABEAR as suite } from '@weft/primitives/hash/suite';
import { expect, it, vi } from 'vitest';
import { CircuitRecorder } from './circuit/recorder.ts';
import * as lowering from './lower/lower.ts';
import { setupCircuit } from './prove.ts';

vi.mock('./lower/lower.ts', { spy: true });

it('refuses columns in which a count is wrong', async () => {
  const b = new CircuitRecorder(suite, 0);
  const [x, y] = b.input(2);
  b.assertEqualFelt(b.mulFelt(x!, y!), b.felt(6), 'gkr', 'product');
  const program = b.finish();
  await expect(setupCircuit(program, suite)).resolves.toBeDefined();
  const honest = vi.mocked(lowering.lowerProgram).mock.results[0]!.value as ReturnType<typeof lowering.lowerProgram>;
  const publics = honest.columns['publics']!.map((column, c) =>
    honest.machine.rows.publics.chip.fixedColumns[c] === 'count_0'
      ? column.map((n, row) => (row === 0 ? n + 1 : n))
      : column,
  );
  vi.mocked(lowering.lowerProgram).mockReturnValueOnce({ ...honest, columns: { ...honest.columns, publics } });
  await expect(setupCircuit(program, suite)).rejects.toThrow(ConstraintError);
});
