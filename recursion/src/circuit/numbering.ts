/**
 * @module Numbers for things that a recording meets again and again.
 */
import { ConstraintError } from '@weft/primitives';

/** Numbers lists of integers below 2^26, equal ones alike: pairs of (list so far, next) have numbers. */
export class TupleTable {
  readonly #numbers = new Map<number, number>();

  number(list: readonly number[]): number {
    let at = 0;
    for (const x of list) {
      const key = at * 2 ** 26 + x;
      let next = this.#numbers.get(key);
      if (next === undefined) {
        next = this.#numbers.size + 1;
        if (next >= 2 ** 26) throw new ConstraintError('CIRCUIT', 'the circuit is too large');
        this.#numbers.set(key, next);
      }
      at = next;
    }
    return at;
  }
}

/** Indices of strings, each once. */
export class Names<T extends string> {
  readonly list: T[] = [];

  index(name: T): number {
    const known = this.list.indexOf(name);
    return known >= 0 ? known : this.list.push(name) - 1;
  }
}
