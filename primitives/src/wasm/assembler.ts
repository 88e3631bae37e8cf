/**
 * @module A small WebAssembly assembler. Kernels are TypeScript functions that emit instructions at run time, so they
 * need no toolchain and can be generated per machine. An expression is the byte code that leaves one value on the stack.
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
const binaries = <Names extends string>(opcodes: Readonly<Record<Names, number[]>>): Record<Names, Binary> =>
  Object.fromEntries(Object.entries<number[]>(opcodes).map(([name, code]) => [name, binary(...code)])) as Record<
    Names,
    Binary
  >;
/** Bytes from the lowest thread's own memory to that of the thread that runs the code: the one thing that differs between threads. */
export const THREAD_OFFSET: Code = [0x23, 0];

/** A load or store of `bytes` at address + offset. */
const access = (opcode: readonly number[], bytes: number, offset: number): number[] => [
  ...opcode,
  Math.log2(bytes),
  ...unsignedLeb(offset),
];

type Unary = (a: Code) => Code;
type Load = (address: Code, offset?: number) => Code;
type Store = (address: Code, value: Code, offset?: number) => Code;

export const i32: {
  constant: (n: number) => Code;
  load: Load;
  store: Store;
} & Record<
  'add' | 'sub' | 'mul' | 'divU' | 'remU' | 'and' | 'or' | 'shl' | 'shrS' | 'shrU' | 'eq' | 'ltS' | 'ltU' | 'gtU',
  Binary
> = {
  constant: (n: number): Code => [0x41, ...signedLeb(n)],
  load: (address: Code, offset = 0): Code => [...address, ...access([0x28], 4, offset)],
  store: (address: Code, value: Code, offset = 0): Code => [...address, ...value, ...access([0x36], 4, offset)],
  ...binaries({
    add: [0x6a],
    sub: [0x6b],
    mul: [0x6c],
    divU: [0x6e],
    remU: [0x70],
    and: [0x71],
    or: [0x72],
    shl: [0x74],
    shrS: [0x75],
    shrU: [0x76],
    eq: [0x46],
    ltS: [0x48],
    ltU: [0x49],
    gtU: [0x4b],
  }),
};

const words = (lanes: readonly number[]): number[] =>
  lanes.flatMap((x) => [x & 255, (x >>> 8) & 255, (x >>> 16) & 255, x >>> 24]);

/** Four 32-bit lanes, unless the name says otherwise. */
export const v128: {
  load: Load;
  /** One word in all lanes. */
  loadSplat: Load;
  store: Store;
  splat: (x: number) => Code;
  constant: (lanes: readonly number[]) => Code;
  splatOf: Unary;
  /** Lanes 0-3 are those of `a`, 4-7 those of `b`. */
  shuffle: (a: Code, b: Code, lanes: readonly number[]) => Code;
  shiftLeft: (a: Code, bits: Code) => Code;
  shiftRightU: (a: Code, bits: Code) => Code;
  extract: (a: Code, lane: number) => Code;
} & Record<
  | 'and'
  | 'or'
  | 'xor'
  | 'equal'
  | 'ltS'
  | 'ltU'
  | 'add'
  | 'sub'
  | 'mul'
  | 'minU'
  | 'dot'
  | 'mulLow'
  | 'mulHigh'
  | 'mulLowU'
  | 'mulHighU'
  | 'add64'
  | 'sub64',
  Binary
> = {
  load: (address: Code, offset = 0): Code => [...address, ...access(simd(0), 16, offset)],
  loadSplat: (address: Code, offset = 0): Code => [...address, ...access(simd(9), 4, offset)],
  store: (address: Code, value: Code, offset = 0): Code => [...address, ...value, ...access(simd(11), 16, offset)],
  splat: (x: number): Code => [...simd(12), ...words([x, x, x, x])],
  constant: (lanes: readonly number[]): Code => [...simd(12), ...words(lanes)],
  splatOf: (x: Code): Code => [...x, ...simd(17)],
  shuffle: (a: Code, b: Code, lanes: readonly number[]): Code => [
    ...a,
    ...b,
    ...simd(13),
    ...lanes.flatMap((l) => [4 * l, 4 * l + 1, 4 * l + 2, 4 * l + 3]),
  ],
  shiftLeft: (a: Code, bits: Code): Code => [...a, ...bits, ...simd(171)],
  shiftRightU: (a: Code, bits: Code): Code => [...a, ...bits, ...simd(173)],
  extract: (a: Code, lane: number): Code => [...a, ...simd(27), lane],
  ...binaries({
    and: simd(78),
    or: simd(80),
    xor: simd(81),
    equal: simd(55),
    ltS: simd(57),
    ltU: simd(58),
    add: simd(174),
    sub: simd(177),
    mul: simd(181),
    minU: simd(183),
    /** Signed 16-bit products, added in pairs. */
    dot: simd(186),
    /** Signed 64-bit products of the lower or upper two lanes. */
    mulLow: simd(220),
    mulHigh: simd(221),
    /** Unsigned 64-bit products of the lower or upper two lanes. */
    mulLowU: simd(222),
    mulHighU: simd(223),
    /** Two 64-bit lanes. */
    add64: simd(206),
    sub64: simd(209),
  }),
};

/** One function under construction. It takes parameters and returns nothing. */
export class FunctionBuilder {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly #locals: ValueType[] = [];
  readonly #code: Code[] = [];

  constructor(name: string, parameters: readonly ValueType[]) {
    this.name = name;
    this.parameters = parameters;
  }

  parameter(i: number): Code {
    return [0x20, ...unsignedLeb(i)];
  }

  emit(...codes: readonly Code[]): void {
    this.#code.push(...codes);
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

  /** A counter or pointer that starts at `value`. */
  variable(value: Code): number {
    const local = this.local(I32);
    this.set(local, value);
    return local;
  }

  advance(local: number, step: number | Code): void {
    this.set(local, i32.add(this.get(local), typeof step === 'number' ? i32.constant(step) : step));
  }

  /** Runs `body` for start, start + step, ... while below `end` (unsigned); not at all when `start` is not below it. */
  loop(start: Code, step: number | Code, end: Code, body: (counter: Code) => void): void {
    const counter = this.variable(start);
    const last = this.variable(end);
    this.ifThen(i32.ltU(this.get(counter), this.get(last)), () => {
      this.emit([0x03, 0x40]);
      body(this.get(counter));
      this.advance(counter, step);
      this.emit(i32.ltU(this.get(counter), this.get(last)), [0x0d, 0x00], [0x0b]);
    });
  }

  ifThen(condition: Code, body: () => void): void {
    this.emit(condition, [0x04, 0x40]);
    body();
    this.emit([0x0b]);
  }

  call(target: number, ...args: readonly Code[]): void {
    this.emit(...args, [0x10, ...unsignedLeb(target)]);
  }

  /** Calls the table's function number `slot`, which takes as many words as `args` has. */
  callIndirect(type: number, slot: Code, ...args: readonly Code[]): void {
    this.emit(...args, slot, [0x11, ...unsignedLeb(type), 0]);
  }

  /** The function's entry in the code section. */
  body(): Uint8Array {
    const size = this.#code.reduce((total, code) => total + code.length, 0);
    const locals = [...unsignedLeb(this.#locals.length), ...this.#locals.flatMap((type) => [1, type])];
    const head = [...unsignedLeb(locals.length + size + 1), ...locals];
    const out = new Uint8Array(head.length + size + 1);
    out.set(head);
    let at = head.length;
    for (const code of this.#code) {
      out.set(code, at);
      at += code.length;
    }
    out[at] = 0x0b;
    return out;
  }
}

/** What a module imports. */
export interface ModuleMemory {
  readonly memory: WebAssembly.Memory;
  /** What {@link THREAD_OFFSET} stands for. */
  readonly threadOffset: number;
}

/**
 * A module under construction. It imports its memory, so that many modules can work on one, and the thread's offset in it, so that
 * all threads have the same code and the engine compiles it once.
 */
export class ModuleBuilder {
  readonly #functions: FunctionBuilder[] = [];
  readonly #table: number[] = [];

  /** Adds a function and returns the index by which others call it. Function i has type i. */
  add(f: FunctionBuilder): number {
    return this.#functions.push(f) - 1;
  }

  /** Makes a function callable through the table, in its next slot. */
  addToTable(target: number): void {
    this.#table.push(target);
  }

  instantiate<Names extends string>(memory: ModuleMemory): KernelCalls<Names> {
    return instantiateModule<Names>(this.bytes(isShared(memory.memory)), memory);
  }

  /** The module's binary. @param shared - whether its memory is: a module of one kind does not load with the other. */
  bytes(shared = false): Uint8Array<ArrayBuffer> {
    const functions = this.#functions;
    const section = (id: number, bytes: number[]): number[] => [id, ...unsignedLeb(bytes.length), ...bytes];
    const text = (s: string): number[] => [...unsignedLeb(s.length), ...new TextEncoder().encode(s)];
    const count = unsignedLeb(functions.length);
    const types = functions.flatMap((f) => [0x60, ...unsignedLeb(f.parameters.length), ...f.parameters, 0]);
    const indices = functions.flatMap((_, i) => unsignedLeb(i));
    const exported = functions.flatMap((f, i) => [...text(f.name), 0, ...unsignedLeb(i)]);
    const bytes: number[] = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
    bytes.push(...section(1, [...count, ...types]));
    const limits = shared ? [3, 0, ...unsignedLeb(65536)] : [0, 0];
    const imports = [...text('env'), ...text('memory'), 2, ...limits];
    imports.push(...text('env'), ...text('threadOffset'), 3, I32, 0);
    bytes.push(...section(2, [2, ...imports]));
    bytes.push(...section(3, [...count, ...indices]));
    if (this.#table.length > 0) bytes.push(...section(4, [1, 0x70, 0, ...unsignedLeb(this.#table.length)]));
    bytes.push(...section(7, [...count, ...exported]));
    if (this.#table.length > 0) {
      const slots = this.#table.flatMap((f) => unsignedLeb(f));
      bytes.push(...section(9, [1, 0, 0x41, 0, 0x0b, ...unsignedLeb(this.#table.length), ...slots]));
    }
    const bodies = functions.map((f) => f.body());
    const size = count.length + bodies.reduce((total, b) => total + b.length, 0);
    const head = [...bytes, 10, ...unsignedLeb(size), ...count];
    // Names show up in profiles and stack traces.
    const names = functions.flatMap((f, i) => [...unsignedLeb(i), ...text(f.name)]);
    const tail = section(0, [...text('name'), ...section(1, [...count, ...names])]);
    const binary = new Uint8Array(head.length + size - count.length + tail.length);
    binary.set(head);
    let at = head.length;
    for (const part of [...bodies, tail]) {
      binary.set(part, at);
      at += part.length;
    }
    return binary;
  }
}

const isShared = ({ buffer }: WebAssembly.Memory): boolean =>
  typeof SharedArrayBuffer !== 'undefined' && (buffer as ArrayBufferLike) instanceof SharedArrayBuffer;

/** Compiles a module. */
export function instantiateModule<Names extends string>(
  binary: Uint8Array<ArrayBuffer>,
  memory: ModuleMemory,
): KernelCalls<Names> {
  return callsOf<Names>(new WebAssembly.Module(binary), memory);
}

/** Compiled modules, each by what it is and every address in its code. */
export type KernelModules = ReadonlyMap<string, WebAssembly.Module>;

const compiled = new Map<string, WebAssembly.Module>();

/**
 * Modules that this thread has compiled or been given. Given to another thread of the process they need not be made there, and the code
 * that the engine has optimised is that thread's from the start.
 */
export function keptModules(): KernelModules {
  return compiled;
}

/** Takes modules that another thread of this process compiled. */
export function adoptModules(modules: KernelModules): void {
  for (const [key, module] of modules) if (!compiled.has(key)) compiled.set(key, module);
}

/**
 * Instantiates what `build` makes, and keeps the compiled module for other memories: threads make their kernels anew whenever they
 * join another's memory.
 * @param key - names the module and every address in its code.
 */
export function instantiateKept<Names extends string>(
  key: string,
  memory: ModuleMemory,
  build: () => ModuleBuilder,
): KernelCalls<Names> {
  const shared = isShared(memory.memory);
  const name = `${key}${shared ? ', shared' : ''}`;
  let module = compiled.get(name);
  if (module === undefined) {
    module = new WebAssembly.Module(build().bytes(shared));
    compiled.set(name, module);
  }
  return callsOf<Names>(module, memory);
}

function callsOf<Names extends string>(
  module: WebAssembly.Module,
  { memory, threadOffset }: ModuleMemory,
): KernelCalls<Names> {
  const { exports } = new WebAssembly.Instance(module, { env: { memory, threadOffset } });
  return exports as unknown as KernelCalls<Names>;
}

/** The exported functions of a module. Arguments are words or byte addresses. */
export type KernelCalls<Names extends string> = Readonly<Record<Names, (...args: number[]) => void>>;
