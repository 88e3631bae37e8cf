/** What chips for some registers say of an instruction that they take: it names those registers, or it is not in the program. */
import type { Chip } from '@weft/prover/air/chip';
import type { Node } from '@weft/prover/air/expr';
import { machineKey } from '@weft/rv32im/key';
import { describe, expect, it } from 'vitest';

const { machine } = machineKey();
const chipNamed = (name: string): Chip => machine.chips.find((chip) => chip.name === name)!;

/** The tuple that a row takes from the program: (pc, op, rd, rs1, rs2, imm low, imm high). */
function instruction(chip: Chip): Record<'rd' | 'rs1' | 'rs2' | 'immLo' | 'immHi', Node> {
  const [, , rd, rs1, rs2, immLo, immHi] = chip.interactions
    .find((i) => i.bus.name === 'program')!
    .tuple.map((node) => chip.nodes[node]!);
  return { rd: rd!, rs1: rs1!, rs2: rs2!, immLo: immLo!, immHi: immHi! };
}

/** Addresses of the registers that a row accesses, and what it receives and sends there. */
function accesses(chip: Chip): { address: number; sign: number; word: readonly number[] }[] {
  return chip.interactions
    .filter((i) => i.bus.name === 'memory')
    .map(({ sign, tuple: [, address, lo, hi] }) => ({ address: address!, sign, word: [lo!, hi!] }));
}

describe.each(['add_in_place', 'addi_in_place', 'bitwise_in_place'])('%s', (name) => {
  const chip = chipNamed(name);
  it('takes instructions whose rd is rs1', () => {
    const { rd, rs1 } = instruction(chip);
    expect(rd).toMatchObject({ op: 'column' });
    expect(rs1).toBe(rd);
  });
  it('reads and writes that register by one access', () => {
    const { rd } = instruction(chip);
    const own = accesses(chip).filter(({ address }) => chip.nodes[address] === rd);
    expect(own.map(({ sign }) => sign)).toEqual([-1, 1]);
    expect(own[0]!.word).not.toEqual(own[1]!.word);
  });
});

it('branch_zero takes instructions whose rs2 is x0, and accesses rs1 alone', () => {
  const chip = chipNamed('branch_zero');
  const { rs1, rs2 } = instruction(chip);
  expect(rs2).toEqual({ op: 'constant', value: 0 });
  expect(accesses(chip).map(({ address }) => chip.nodes[address])).toEqual([rs1, rs1]);
});

it('move takes instructions whose immediate is 0, and writes the word that it reads', () => {
  const chip = chipNamed('move');
  const { rd, rs1, immLo, immHi } = instruction(chip);
  for (const limb of [immLo, immHi]) expect(limb).toEqual({ op: 'constant', value: 0 });
  const [received, , , written] = accesses(chip);
  expect([chip.nodes[received!.address], chip.nodes[written!.address]]).toEqual([rs1, rd]);
  expect(written!.word).toEqual(received!.word);
});
