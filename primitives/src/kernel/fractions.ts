/**
 * @module Sums of fractions and their sumcheck (LogUp-GKR). The oracle is the prover's plain implementation.
 *
 * A layer of one leaf index lies in four arrays: numerators and denominators of the even and of the odd children, p0, p1,
 * q0, q1, `stride` bytes apart. Leaves of one height follow each other, `partBytes` apart, so that one call serves
 * many small ones. With s = p + (lambda / 2) q, the summand p0 q1 + p1 q0 + lambda q0 q1 is s0 q1 + s1 q0.
 */
import { DEGREE, type Ext, ONE } from '../field/ext.ts';
import { type Code, type FunctionBuilder, I32, i32, type KernelCalls, ModuleBuilder, v128 } from '../wasm/assembler.ts';
import { defineKernel, type ExtCode, elementAt, elementCode, GROUP_BYTES, LANES } from '../wasm/extension.ts';
import { R, toMontgomery } from '../wasm/field.ts';
import { LOW_GROUPS } from './graph.ts';
import type { KernelMemory } from './memory.ts';

type Names =
  | 'sums'
  | 'smallSums'
  | 'start'
  | 'first'
  | 'quadratic'
  | 'message'
  | 'fold'
  | 'shift'
  | 'place'
  | 'split'
  | 'expand';

/** Equal-sized parts of a layer. */
export interface Band {
  /** First array of the first part. */
  readonly base: number;
  readonly stride: number;
  readonly partBytes: number;
  readonly parts: number;
}

type Seven = [Code, Code, Code, Code, Code, Code, Code];
type Nine = [...Seven, Code, Code];
type Eleven = [...Nine, Code, Code];
type Twelve = [...Eleven, Code];

/** Groups that one call works on: about half a millisecond before the engine has optimised the kernel. */
const GROUPS_PER_CALL = 512;
const E = GROUP_BYTES;

export class FractionKernels {
  readonly #call: KernelCalls<Names>;
  readonly #memory: KernelMemory;
  /** Parameters of the current call. */
  readonly #scalars: number;

  constructor(memory: KernelMemory) {
    this.#memory = memory;
    this.#scalars = memory.allocate(64);
    const scratch = memory.allocate(24 * E);
    const at = (i: number): Code => i32.constant(scratch + i * E);
    const module = new ModuleBuilder();
    const define = (name: string, parameters: number, body: Parameters<typeof defineKernel>[3]): number =>
      defineKernel(module, name, parameters, body);
    // Small functions on memory operands: inlined into one loop, V8 would spill twice as much.
    const cross = define('cross', 5, (_, ext, _field, [a, b, c, d, out]) => {
      const x = ext.mul(ext.load(a!), ext.load(b!));
      ext.store(out!, ext.add(x, ext.mul(ext.load(c!), ext.load(d!))));
    });
    const addProduct = define('addProduct', 3, (_, ext, _field, [a, b, out]) => {
      ext.store(out!, ext.add(ext.mul(ext.load(a!), ext.load(b!)), ext.load(out!)));
    });
    const addScaled = define('addScaled', 3, (_, ext, _field, [a, element, out]) => {
      ext.store(out!, ext.add(ext.mul(ext.load(a!), ext.loadElement(element!)), ext.load(out!)));
    });
    const addTimesScalar = define('addTimesScalar', 3, (_, ext, _field, [a, scalar, out]) => {
      ext.store(out!, ext.add(ext.mul(ext.load(a!), ext.loadScalar(scalar!)), ext.load(out!)));
    });
    const clear = (f: FunctionBuilder, slot: number): void => {
      for (let j = 0; j < DEGREE; j++) f.emit(v128.store(at(slot), v128.splat(0), 16 * j));
    };
    /** Pointers to the four arrays at `group` groups from the start. */
    const arrays = (f: FunctionBuilder, base: Code, stride: Code, group: Code): number[] => {
      const out = [f.variable(i32.add(base, i32.mul(group, i32.constant(E))))];
      for (let k = 1; k < 4; k++) out.push(f.variable(i32.add(f.get(out[k - 1]!), stride)));
      return out;
    };
    /** Calls `body` with the base of every part. */
    const forParts = (
      f: FunctionBuilder,
      base: Code,
      partBytes: Code,
      parts: Code,
      body: (part: Code, index: Code) => void,
    ): void => {
      const part = f.variable(base);
      f.loop(i32.constant(0), 1, parts, (index) => {
        body(f.get(part), index);
        f.advance(part, partBytes);
      });
    };
    const advanceAll = (f: FunctionBuilder, pointers: readonly number[], bytes: number): void => {
      for (const p of pointers) f.advance(p, bytes);
    };

    // sums(in base, in stride, in part bytes, out base, out stride, out part bytes, parts, first out group, out groups)
    define(
      'sums',
      9,
      (f, ext, _field, [base, stride, partBytes, outBase, outStride, outPart, parts, first, groups]) => {
        const out = f.variable(outBase!);
        forParts(f, base!, partBytes!, parts!, (part) => {
          const [p0, p1, q0, q1] = arrays(f, part, stride!, i32.shl(first!, i32.constant(1))) as [
            number,
            number,
            number,
            number,
          ];
          const targets = arrays(f, f.get(out), outStride!, first!);
          f.loop(i32.constant(0), 1, groups!, () => {
            for (const [k, offset] of [0, E].entries()) {
              const shifted = [p0, q1, p1, q0].map((x) => i32.add(f.get(x), i32.constant(offset)));
              f.call(cross, ...shifted, at(2 * k));
              ext.store(at(2 * k + 1), ext.mul(ext.load(f.get(q0), offset), ext.load(f.get(q1), offset)));
            }
            const [pEven, pOdd] = ext.deinterleave(ext.load(at(0)), ext.load(at(2)));
            const [qEven, qOdd] = ext.deinterleave(ext.load(at(1)), ext.load(at(3)));
            for (const [k, value] of [pEven, pOdd, qEven, qOdd].entries()) ext.store(f.get(targets[k]!), value);
            advanceAll(f, [p0, p1, q0, q1], 2 * E);
            advanceAll(f, targets, E);
          });
          f.advance(out, outPart!);
        });
      },
    );
    // smallSums(in base, out base, parts): parts of one group an array; lanes without parents become 0/1.
    define('smallSums', 4, (f, ext, _field, [base, outBase, parts, one]) => {
      const out = f.variable(outBase!);
      const [p0, p1, q0, q1] = [0, 1, 2, 3].map((k) => k * E) as [number, number, number, number];
      forParts(f, base!, i32.constant(4 * E), parts!, (part) => {
        f.call(cross, ...[p0, q1, p1, q0].map((k) => i32.add(part, i32.constant(k))), at(0));
        ext.store(at(1), ext.mul(ext.load(part, q0), ext.load(part, q1)));
        for (const [slot, target] of [
          [0, p0],
          [1, q0],
        ] as const) {
          for (let j = 0; j < DEGREE; j++) {
            const parents = f.keep(v128.load(at(slot), 16 * j));
            const empty = slot === 1 && j === 0 ? f.keep(v128.splatOf(one!)) : f.keep(v128.splat(0));
            f.emit(v128.store(f.get(out), v128.shuffle(parents, empty, [0, 2, 4, 4]), target + 16 * j));
            f.emit(v128.store(f.get(out), v128.shuffle(parents, empty, [1, 3, 4, 4]), target + E + 16 * j));
          }
        }
        f.advance(out, 4 * E);
      });
    });
    // start(base, stride, part bytes, parts, first, groups): numerators become s; lambda / 2 in the scalars.
    define('start', 7, (f, ext, _field, [base, stride, partBytes, parts, first, groups, scalars]) => {
      const factor = ext.prepare(ext.loadScalar(scalars!));
      forParts(f, base!, partBytes!, parts!, (part) => {
        const pointers = arrays(f, part, stride!, first!) as [number, number, number, number];
        f.loop(i32.constant(0), 1, groups!, () => {
          for (const k of [0, 1]) {
            const product = ext.mulPrepared(ext.load(f.get(pointers[k + 2]!)), factor);
            ext.store(f.get(pointers[k]!), ext.add(ext.load(f.get(pointers[k]!)), product));
          }
          advanceAll(f, pointers, E);
        });
      });
    });
    /** Sums over blocks that share an upper weight; `body` adds products with the lower weight to the block's slots. */
    const weighted = (
      f: FunctionBuilder,
      [first, groups, eqLow, eqHigh]: readonly Code[],
      slots: readonly number[],
      body: (low: Code) => void,
    ): void => {
      const end = f.keep(i32.add(first!, groups!), I32);
      for (const slot of slots) clear(f, slot + 1);
      const count = f.variable(i32.constant(LOW_GROUPS));
      // `first` is a multiple of the lower table's length.
      f.loop(first!, LOW_GROUPS, end, (run) => {
        for (const slot of slots) clear(f, slot);
        const left = f.keep(i32.sub(end, run), I32);
        f.ifThen(i32.ltU(left, f.get(count)), () => f.set(count, left));
        const low = f.variable(eqLow!);
        f.loop(i32.constant(0), 1, f.get(count), () => {
          body(f.get(low));
          f.advance(low, E);
        });
        const high = f.keep(elementCode(eqHigh!, i32.shrU(run, i32.constant(Math.log2(LOW_GROUPS)))), I32);
        for (const slot of slots) f.call(addScaled, at(slot), high, at(slot + 1));
      });
    };
    // message(base, stride, part bytes, parts, half bytes, first, groups, eq low, eq high, weights, totals)
    define('message', 11, (f, ext, _field, p) => {
      const [base, stride, partBytes, parts, half, first, groups, eqLow, eqHigh, weights, totals] = p as [
        Code,
        Code,
        Code,
        Code,
        Code,
        Code,
        Code,
        Code,
        Code,
        Code,
        Code,
      ];
      forParts(f, base, partBytes, parts, (part, index) => {
        const low = arrays(f, part, stride, first) as [number, number, number, number];
        weighted(f, [first, groups, eqLow, eqHigh], [8, 10], (eq) => {
          const high = low.map((x) => f.keep(i32.add(f.get(x), half), I32));
          const [s0, s1, q0, q1] = high as [Code, Code, Code, Code];
          f.call(cross, s0, q1, s1, q0, at(4));
          f.call(addProduct, at(4), eq, at(8));
          for (const [k, x] of high.entries()) ext.store(at(k), ext.sub(ext.load(x), ext.load(f.get(low[k]!))));
          f.call(cross, at(0), at(3), at(1), at(2), at(4));
          f.call(addProduct, at(4), eq, at(10));
          advanceAll(f, low, E);
        });
        const weight = f.keep(elementCode(weights, index), I32);
        f.call(addScaled, at(9), weight, totals);
        f.call(addScaled, at(11), weight, i32.add(totals, i32.constant(E)));
      });
    });
    // first(base, stride, part bytes, parts, half bytes, first, groups, eq low, eq high, weights, totals, scalars): in
    // terms of s - lambda / 2 and q - 1, which are zero beyond the table: the quadratic part at 0 and 1, its leading
    // coefficient, and the linear part s0 + s1 + (lambda / 2)(q0 + q1) at 1.
    define('first', 12, (f, ext, field, p) => {
      const [base, stride, partBytes, parts, half, first, groups, eqLow, eqHigh, weights, totals, scalars] =
        p as Twelve;
      const halfLambda = ext.loadScalar(scalars);
      const one = f.keep(v128.loadSplat(scalars, 20));
      const centred = (k: number, address: Code): ExtCode => {
        const value = ext.load(address);
        return k < 2 ? ext.sub(value, halfLambda) : [field.sub(value[0]!, one), ...value.slice(1)];
      };
      forParts(f, base, partBytes, parts, (part, index) => {
        const low = arrays(f, part, stride, first) as [number, number, number, number];
        weighted(f, [first, groups, eqLow, eqHigh], [16, 18, 20, 22], (eq) => {
          for (const [k, x] of low.entries()) {
            ext.store(at(k), centred(k, f.get(x)));
            ext.store(at(4 + k), centred(k, f.keep(i32.add(f.get(x), half), I32)));
            ext.store(at(8 + k), ext.sub(ext.load(at(4 + k)), ext.load(at(k))));
          }
          for (const [k, slot] of [16, 18, 20].entries()) {
            f.call(cross, at(4 * k), at(4 * k + 3), at(4 * k + 1), at(4 * k + 2), at(12));
            f.call(addProduct, at(12), eq, at(slot));
          }
          ext.store(at(13), ext.add(ext.load(at(6)), ext.load(at(7))));
          ext.store(at(12), ext.add(ext.load(at(4)), ext.load(at(5))));
          f.call(addTimesScalar, at(13), scalars, at(12));
          f.call(addProduct, at(12), eq, at(22));
          advanceAll(f, low, E);
        });
        const weight = f.keep(elementCode(weights, index), I32);
        for (const [k, slot] of [16, 18, 20, 22].entries())
          f.call(addScaled, at(slot + 1), weight, i32.add(totals, i32.constant(k * E)));
      });
    });
    // quadratic(base, part bytes, parts, eq, weights, total, scalars): the quadratic part of parts of one group an array.
    define('quadratic', 7, (f, ext, field, p) => {
      const [base, partBytes, parts, eq, weights, total, scalars] = p as Seven;
      const halfLambda = ext.loadScalar(scalars);
      const one = f.keep(v128.loadSplat(scalars, 20));
      forParts(f, base, partBytes, parts, (part, index) => {
        for (let k = 0; k < 4; k++) {
          const value = ext.load(part, k * E);
          ext.store(at(k), k < 2 ? ext.sub(value, halfLambda) : [field.sub(value[0]!, one), ...value.slice(1)]);
        }
        f.call(cross, at(0), at(3), at(1), at(2), at(4));
        clear(f, 5);
        f.call(addProduct, at(4), eq, at(5));
        f.call(addScaled, at(5), f.keep(elementCode(weights, index), I32), total);
      });
    });
    // fold(base, array bytes, arrays, part bytes, parts, half bytes, first, groups, scalars): low + r (high - low), in place
    define('fold', 9, (f, ext, _field, p) => {
      const [base, arrayBytes, count, partBytes, parts, half, first, groups, scalars] = p as Nine;
      const factor = ext.prepare(ext.loadScalar(scalars));
      forParts(f, i32.add(base, i32.mul(first, i32.constant(E))), partBytes, parts, (part) => {
        const start = f.variable(part);
        f.loop(i32.constant(0), 1, count, () => {
          const x = f.variable(f.get(start));
          f.loop(i32.constant(0), 1, groups, () => {
            const low = ext.load(f.get(x));
            const high = ext.load(i32.add(f.get(x), half));
            ext.store(f.get(x), ext.add(low, ext.mulPrepared(ext.sub(high, low), factor)));
            f.advance(x, E);
          });
          f.advance(start, arrayBytes);
        });
      });
    });
    // shift(base, stride, part bytes, parts, first, groups, scalars): adds a constant to s and another to q.
    define('shift', 7, (f, ext, _field, p) => {
      const [base, stride, partBytes, parts, first, groups, scalars] = p as Seven;
      const constants = [ext.loadScalar(scalars), ext.loadScalar(scalars, 20)];
      forParts(f, base, partBytes, parts, (part) => {
        const pointers = arrays(f, part, stride, first);
        f.loop(i32.constant(0), 1, groups, () => {
          for (const [k, x] of pointers.entries()) ext.store(f.get(x), ext.add(ext.load(f.get(x)), constants[k >> 1]!));
          advanceAll(f, pointers, E);
        });
      });
    });
    // place(base, parts, scalars, out base, out stride, interactions, list): c v + k of one group per array, lane r of
    // part i to element r * interactions + list[i].
    define('place', 9, (f, ext, _field, p) => {
      const [base, stride, partBytes, parts, scalars, outBase, outStride, interactions, list] = p as [
        Code,
        Code,
        Code,
        Code,
        Code,
        Code,
        Code,
        Code,
        Code,
      ];
      const factor = ext.prepare(ext.loadScalar(scalars));
      const constants = [ext.loadScalar(scalars, 20), ext.loadScalar(scalars, 40)];
      forParts(f, base, partBytes, parts, (part, index) => {
        const source = f.variable(part);
        const target = f.variable(outBase);
        const interaction = f.keep(i32.load(i32.add(list, i32.shl(index, i32.constant(2)))), I32);
        for (let k = 0; k < 4; k++) {
          const value = ext.add(ext.mulPrepared(ext.load(f.get(source)), factor), constants[k >> 1]!);
          for (let lane = 0; lane < 4; lane++) {
            const element = i32.add(interaction, i32.mul(interactions, i32.constant(lane)));
            const address = f.keep(elementCode(f.get(target), f.keep(element, I32)), I32);
            for (const [j, v] of value.entries()) f.emit(i32.store(address, v128.extract(v, lane), 16 * j));
          }
          f.advance(source, stride);
          f.advance(target, outStride);
        }
      });
    });
    // split(base, array bytes, arrays): lanes 2, 3 (mode 1) or lane 1 (mode 0) of a group move to the next group.
    define('split', 4, (f, ext, _field, [base, arrayBytes, count, two]) => {
      const x = f.variable(base!);
      f.loop(i32.constant(0), 1, count!, () => {
        const value = ext.load(f.get(x));
        const zero = f.keep(v128.splat(0));
        f.ifThen(two!, () =>
          ext.store(
            f.get(x),
            value.map((v) => v128.shuffle(v, zero, [2, 3, 4, 4])),
            E,
          ),
        );
        f.ifThen(i32.eq(two!, i32.constant(0)), () =>
          ext.store(
            f.get(x),
            value.map((v) => v128.shuffle(v, zero, [1, 4, 4, 4])),
            E,
          ),
        );
        f.advance(x, arrayBytes!);
      });
    });
    // expand(from, to, groups, scalars): an eq table of twice the size, x (1 - r) below x r.
    define('expand', 4, (f, ext, _field, [from, to, groups, scalars]) => {
      const factor = ext.prepare(ext.loadScalar(scalars!));
      const [source, target] = [f.variable(from!), f.variable(to!)];
      const upper = f.keep(i32.mul(groups!, i32.constant(E)), I32);
      f.loop(i32.constant(0), 1, groups!, () => {
        const x = ext.load(f.get(source));
        const high = ext.mulPrepared(x, factor);
        ext.store(i32.add(f.get(target), upper), high);
        ext.store(f.get(target), ext.sub(x, high));
        f.advance(source, E);
        f.advance(target, E);
      });
    });
    this.#call = module.instantiate(memory.memory);
  }

  /** Splits work on `parts` parts of `groups` groups each into short calls. */
  #chunks(
    parts: number,
    groups: number,
    body: (part: number, parts: number, first: number, groups: number) => void,
  ): void {
    const step = Math.max(1, Math.floor(GROUPS_PER_CALL / groups));
    for (let part = 0; part < parts; part += step) {
      for (let first = 0; first < groups; first += GROUPS_PER_CALL) {
        body(part, Math.min(step, parts - part), first, Math.min(GROUPS_PER_CALL, groups - first));
      }
    }
  }

  #put(...scalars: readonly Ext[]): number {
    const { words } = this.#memory;
    for (const [i, x] of scalars.entries()) {
      for (let j = 0; j < DEGREE; j++) words[this.#scalars / 4 + DEGREE * i + j] = toMontgomery(x[j]!);
    }
    return this.#scalars;
  }

  /** Adds neighbouring fractions. @param pairs - pairs of children per part, a power of two. */
  sums(from: Band, to: Band, pairs: number): void {
    if (pairs <= LANES) {
      this.#chunks(from.parts, 1, (part, parts) => {
        this.#call.smallSums(from.base + part * from.partBytes, to.base + part * to.partBytes, parts, R);
      });
      return;
    }
    this.#chunks(from.parts, pairs / 8, (part, parts, first, groups) => {
      const [source, target] = [from.base + part * from.partBytes, to.base + part * to.partBytes];
      this.#call.sums(source, from.stride, from.partBytes, target, to.stride, to.partBytes, parts, first, groups);
    });
  }

  /** Turns numerators p into s = p + halfLambda q. */
  start(band: Band, groups: number, halfLambda: Ext): void {
    const scalars = this.#put(halfLambda);
    this.#chunks(band.parts, groups, (part, parts, first, count) => {
      this.#call.start(band.base + part * band.partBytes, band.stride, band.partBytes, parts, first, count, scalars);
    });
  }

  /**
   * Adds to four totals, all weighted with eq and the part's weight: of what is quadratic in s - halfLambda and q - 1, the
   * values at 0 and 1 of the highest variable and the leading coefficient; of what is linear, the value at 1.
   */
  first(band: Band, halfGroups: number, eq: EqTable, weights: number, totals: number, halfLambda: Ext): void {
    const scalars = this.#put(halfLambda, ONE);
    this.#chunks(band.parts, halfGroups, (part, parts, first, groups) => {
      const base = band.base + part * band.partBytes;
      const [half, weight] = [halfGroups * E, elementAt(weights, part)];
      const { low, high } = eq;
      const { stride, partBytes } = band;
      this.#call.first(base, stride, partBytes, parts, half, first, groups, low, high, weight, totals, scalars);
    });
  }

  /** Adds weight * eq * (the part that is quadratic in s - halfLambda and q - 1), parts having one group an array. */
  quadratic(band: Band, eq: EqTable, weights: number, total: number, halfLambda: Ext): void {
    const scalars = this.#put(halfLambda, ONE);
    this.#chunks(band.parts, 1, (part, parts) => {
      const base = band.base + part * band.partBytes;
      this.#call.quadratic(base, band.partBytes, parts, eq.low, elementAt(weights, part), total, scalars);
    });
  }

  /** Adds the sums of weight * eq * (s0 q1 + s1 q0) at X = 1 and their leading coefficients to the two totals. */
  message(band: Band, halfGroups: number, eq: EqTable, weights: number, totals: number): void {
    this.#chunks(band.parts, halfGroups, (part, parts, first, count) => {
      const base = band.base + part * band.partBytes;
      const { low, high } = eq;
      const [half, weight] = [halfGroups * E, elementAt(weights, part)];
      this.#call.message(base, band.stride, band.partBytes, parts, half, first, count, low, high, weight, totals);
    });
  }

  /** Binds the highest variable of `arrays` vectors per part, in place. */
  fold(
    base: number,
    stride: number,
    arrays: number,
    partBytes: number,
    parts: number,
    halfGroups: number,
    r: Ext,
  ): void {
    const scalars = this.#put(r);
    this.#chunks(parts, halfGroups, (part, count, first, groups) => {
      const half = halfGroups * E;
      const at = base + part * partBytes;
      this.#call.fold(at, stride, arrays, partBytes, count, half, first, groups, scalars);
    });
  }

  shift(band: Band, groups: number, s: Ext, q: Ext): void {
    const scalars = this.#put(s, q);
    this.#chunks(band.parts, groups, (part, parts, first, count) => {
      this.#call.shift(band.base + part * band.partBytes, band.stride, band.partBytes, parts, first, count, scalars);
    });
  }

  /** Writes c v + k of each part's four rows to a joint vector; `list` holds the parts' interactions. */
  place(band: Band, c: Ext, s: Ext, q: Ext, out: number, outStride: number, interactions: number, list: number): void {
    const scalars = this.#put(c, s, q);
    this.#call.place(band.base, band.stride, band.partBytes, band.parts, scalars, out, outStride, interactions, list);
  }

  /** Moves the upper half of a vector of 4 or 2 elements to a group of its own, for each of `arrays` vectors. */
  split(base: number, stride: number, arrays: number, length: 2 | 4): void {
    this.#call.split(base, stride, arrays, length === 4 ? 1 : 0);
  }

  /** Doubles an eq table of `groups` groups. */
  expand(from: number, to: number, groups: number, r: Ext): void {
    const scalars = this.#put(r);
    this.#call.expand(from, to, groups, scalars);
  }
}

/** An eq table in two factors: the lower covers up to 2^9 elements, the upper has one element per run of those. */
export interface EqTable {
  readonly low: number;
  readonly high: number;
}
