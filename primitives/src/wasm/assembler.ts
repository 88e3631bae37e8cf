/**
 * @module A small WebAssembly assembler. Kernels are TypeScript functions that emit instructions at run time, so they
 * need no toolchain and can be generated per shape. An expression is the byte code that leaves one value on the stack.
 */

export const I32 = 0x7f;
export const V128 = 0x7b;
export type ValueType = typeof I32 | typeof V128;

/** Byte code that pushes one value. */
export type Code = readonly number[];

function unsignedLeb(n: number): number[] {
  const out: number[] = [];
  let rest = n;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    out.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return out;
}

function signedLeb(n: number): number[] {
  const out: number[] = [];
  let rest = n | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    if ((rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0)) return [...out, low];
    out.push(low | 0x80);
  }
}

const simd = (opcode: number): number[] => [0xfd, ...unsignedLeb(opcode)];
type Binary = (a: Code, b: Code) => Code;
const binary =
  (...opcode: number[]): Binary =>
  (a, b) => [...a, ...b, ...opcode];

export const i32: { constant: (n: number) => Code; add: Binary; ltU: Binary } = {
  constant: (n: number): Code => [0x41, ...signedLeb(n)],
  add: binary(0x6a),
  ltU: binary(0x49),
};

const words = (lanes: readonly number[]): number[] =>
  lanes.flatMap((x) => [x & 255, (x >>> 8) & 255, (x >>> 16) & 255, x >>> 24]);

/** Four 32-bit lanes, unless the name says otherwise. */
export const v128: {
  load: (address: Code, offset?: number) => Code;
  store: (address: Code, value: Code, offset?: number) => Code;
  splat: (x: number) => Code;
  constant: (lanes: readonly number[]) => Code;
  shuffle: (a: Code, b: Code, lanes: readonly number[]) => Code;
} & Record<
  'xor' | 'add' | 'sub' | 'mul' | 'minU' | 'dot' | 'mulLow' | 'mulHigh' | 'mulLowU' | 'mulHighU' | 'add64',
  Binary
> = {
  load: (address: Code, offset = 0): Code => [...address, ...simd(0), 4, ...unsignedLeb(offset)],
  store: (address: Code, value: Code, offset = 0): Code => [
    ...address,
    ...value,
    ...simd(11),
    4,
    ...unsignedLeb(offset),
  ],
  splat: (x: number): Code => [...simd(12), ...words([x, x, x, x])],
  constant: (lanes: readonly number[]): Code => [...simd(12), ...words(lanes)],
  /** Lanes 0-3 are those of `a`, 4-7 those of `b`. */
  shuffle: (a: Code, b: Code, lanes: readonly number[]): Code => [
    ...a,
    ...b,
    ...simd(13),
    ...lanes.flatMap((l) => [4 * l, 4 * l + 1, 4 * l + 2, 4 * l + 3]),
  ],
  xor: binary(...simd(81)),
  add: binary(...simd(174)),
  sub: binary(...simd(177)),
  mul: binary(...simd(181)),
  minU: binary(...simd(183)),
  /** Signed 16-bit products, added in pairs. */
  dot: binary(...simd(186)),
  /** Signed 64-bit products of the lower or upper two lanes. */
  mulLow: binary(...simd(220)),
  mulHigh: binary(...simd(221)),
  /** The same, unsigned. */
  mulLowU: binary(...simd(222)),
  mulHighU: binary(...simd(223)),
  /** Two 64-bit lanes. */
  add64: binary(...simd(206)),
};

/** One function under construction. */
export class FunctionBuilder {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly #locals: ValueType[] = [];
  readonly #code: number[] = [];

  constructor(name: string, parameters: readonly ValueType[]) {
    this.name = name;
    this.parameters = parameters;
  }

  parameter(i: number): Code {
    return [0x20, ...unsignedLeb(i)];
  }

  emit(...codes: readonly Code[]): void {
    for (const code of codes) for (const byte of code) this.#code.push(byte);
  }

  /** Declares a local and returns its index. */
  local(type: ValueType): number {
    return this.parameters.length + this.#locals.push(type) - 1;
  }

  get(local: number): Code {
    return [0x20, ...unsignedLeb(local)];
  }

  set(local: number, value: Code): void {
    this.emit(value, [0x21, ...unsignedLeb(local)]);
  }

  /** Evaluates once into a fresh local. */
  keep(value: Code, type: ValueType = V128): Code {
    const local = this.local(type);
    this.set(local, value);
    return this.get(local);
  }

  /** Runs `body` for start, start + step, ... while below `end`; at least once. */
  loop(start: Code, step: number, end: Code, body: (counter: Code) => void): void {
    const counter = this.local(I32);
    this.set(counter, start);
    this.emit([0x03, 0x40]);
    body(this.get(counter));
    this.set(counter, i32.add(this.get(counter), i32.constant(step)));
    this.emit(i32.ltU(this.get(counter), end), [0x0d, 0x00], [0x0b]);
  }

  body(): number[] {
    const locals = [...unsignedLeb(this.#locals.length), ...this.#locals.flatMap((type) => [1, type])];
    return [...unsignedLeb(locals.length + this.#code.length + 1), ...locals, ...this.#code, 0x0b];
  }
}

/** Instantiates a module of the given functions, all exported, over a memory of its own of `pages` 64 KiB pages. */
export function assemble<Names extends string>(
  functions: readonly FunctionBuilder[],
  pages: number,
): { readonly memory: Uint32Array; readonly call: Readonly<Record<Names, (...args: number[]) => void>> } {
  const section = (id: number, bytes: number[]): number[] => [id, ...unsignedLeb(bytes.length), ...bytes];
  const text = (s: string): number[] => [...unsignedLeb(s.length), ...new TextEncoder().encode(s)];
  const count = unsignedLeb(functions.length);
  const types = functions.flatMap((f) => [0x60, ...unsignedLeb(f.parameters.length), ...f.parameters, 0]);
  const indices = functions.flatMap((_, i) => unsignedLeb(i));
  const exported = functions.flatMap((f, i) => [...text(f.name), 0, ...unsignedLeb(i)]);
  const code = functions.map((f) => f.body());
  const bytes: number[] = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  bytes.push(...section(1, [...count, ...types]));
  bytes.push(...section(3, [...count, ...indices]));
  bytes.push(...section(5, [1, 0, ...unsignedLeb(pages)]));
  bytes.push(...section(7, [...unsignedLeb(functions.length + 1), ...text('memory'), 2, 0, ...exported]));
  const header = [...count, ...code.flat()];
  const binary = Uint8Array.from([...bytes, 10, ...unsignedLeb(header.length), ...header]);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary));
  const { memory, ...call } = exports as { memory: WebAssembly.Memory } & Record<string, (...args: number[]) => void>;
  return { memory: new Uint32Array(memory.buffer), call: call as Record<Names, (...args: number[]) => void> };
}
