/** The estimate measures the machine, not its mood: what interrupts some turns must not change what a turn takes. */
import { describe, expect, it } from 'vitest';
import { clockTick, quickestTurn } from './estimate.ts';

/** A machine on which a turn takes `ms`, and `waits` may keep one waiting. */
function machine(ms: number, waits: (turn: number) => number) {
  let [now, turns] = [1000, 0];
  const measured = quickestTurn(
    () => {
      now += ms + waits(turns++);
    },
    () => now,
  );
  return { measured, turns, took: now - 1000 };
}

describe('a turn is measured', () => {
  it.each([
    ['on a quiet machine', () => 0],
    ['with the first turns interrupted', (turn: number) => (turn < 15 ? 40 : 0)],
    ['with all turns but one in twenty interrupted', (turn: number) => (turn % 20 === 7 ? 0 : 10)],
    ['after a first wait longer than the whole measurement', (turn: number) => (turn === 0 ? 500 : 0)],
  ])('%s', (_, waits) => {
    const { measured, turns } = machine(0.035, waits);
    expect(measured).toBeCloseTo(0.035, 6);
    expect(turns).toBeGreaterThanOrEqual(20);
  });
  it('until the second compiler has taken over, whatever the clock says', () => {
    // Quick from the 150th turn on; a wait of 50 ms comes first.
    const { measured } = machine(0.035, (turn) => (turn === 0 ? 50 : turn < 150 ? 0.05 : 0));
    expect(measured).toBeCloseTo(0.035, 6);
  });
  it('within 100 ms where nothing interrupts more than the least turns', () => {
    expect(machine(1, () => 0).took).toBeLessThanOrEqual(100);
    expect(machine(0.035, (turn) => (turn > 20 && turn % 5 === 0 ? 4 : 0)).took).toBeLessThanOrEqual(105);
    expect(machine(0, () => 0.001).took).toBeLessThan(100);
  });
  it('by a clock as coarse as that of a page', () => {
    let [time, turns] = [1000, 0];
    const now = (): number => {
      time += 0.0001;
      return Math.floor(time * 10) / 10;
    };
    const turn = (): void => {
      time += 0.035;
      turns++;
    };
    const tick = clockTick(now);
    expect(tick).toBeCloseTo(0.1, 6);
    const measured = quickestTurn(turn, now, 10 * tick);
    expect(measured).toBeGreaterThan(0.03);
    expect(measured).toBeLessThan(0.04);
    expect(turns).toBeLessThan(1000);
  });
});
