/**
 * @module Sums that the iterations of loops add to. Every thread adds to its own, in its own region of the memory; the leader adds
 * them up. Sums of residues do not depend on the order.
 */
import { add } from '../field/base.ts';
import { GROUP_BYTES } from '../wasm/extension.ts';
import { LOCAL_BYTES } from './memory.ts';
import type { Team } from './team.ts';

const wordsOf = (groups: number): number => (groups * GROUP_BYTES) / 4;

export class Totals {
  /** Where this thread adds to. */
  readonly at: number;
  readonly #team: Team;

  /** @param groups - of four extension elements. */
  constructor(team: Team, groups: number) {
    this.#team = team;
    this.at = team.memory.allocateLocal(groups * GROUP_BYTES);
  }

  /**
   * Sets the first groups of all threads to zero. Those of a thread that joins only later are zero already: nothing else is ever
   * written where they lie.
   */
  clear(groups: number): void {
    const { words } = this.#team.memory;
    for (const at of this.#places()) words.fill(0, at, at + wordsOf(groups));
  }

  /** Adds the other threads' first groups to the leader's. Once after {@link clear}. */
  gather(groups: number): void {
    const { words } = this.#team.memory;
    const [own, ...others] = this.#places();
    for (const at of others) {
      for (let i = 0; i < wordsOf(groups); i++) words[own! + i] = add(words[own! + i]!, words[at + i]!);
    }
  }

  /** Word indices of the sums of all threads that ever worked on this memory, the leader's first. */
  #places(): number[] {
    return Array.from({ length: this.#team.lastThread + 1 }, (_, thread) => (this.at + LOCAL_BYTES * thread) / 4);
  }
}
