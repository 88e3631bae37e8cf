/**
 * @module Names of Rust functions as their authors wrote them. Sources: RFC 2603 for symbols that start with `_R`; the older ones, `_ZN`,
 * are lengths and parts, the last of which is a hash.
 */

/** Longest name that is read, and longest that is written: what symbols say can be repeated without end. */
const MOST = 4096;
const MOST_DEPTH = 100;

/** The name without hashes, or `undefined` for what is no Rust symbol, or one that is too long or too deep. */
export function demangleRust(symbol: string): string | undefined {
  if (symbol.length > MOST) return undefined;
  const plain = symbol.replace(/\.llvm\.[0-9A-F]+$/, '');
  if (plain.startsWith('_ZN')) return demangleLegacy(plain);
  if (!/^_R[A-Z]/.test(plain)) return undefined;
  try {
    return new Parser(plain.slice(2)).name();
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  ...{ SP: '@', BP: '*', RF: '&', LT: '<', GT: '>', LP: '(', RP: ')', C: ',' },
};

function demangleLegacy(symbol: string): string | undefined {
  const parts: string[] = [];
  let at = 3;
  for (;;) {
    const length = /^\d+/.exec(symbol.slice(at))?.[0];
    if (length === undefined) break;
    at += length.length;
    const part = symbol.slice(at, at + Number(length));
    if (part.length !== Number(length)) return undefined;
    parts.push(part);
    at += part.length;
  }
  // Names of C++ have the same beginning; only Rust ends them with a hash.
  if (symbol.slice(at) !== 'E' || parts.length < 2 || !/^h[0-9a-f]{16}$/.test(parts.at(-1)!)) return undefined;
  return parts
    .slice(0, -1)
    .map((part) =>
      part
        .replace(/^_\$/, '$')
        .replaceAll('..', '::')
        .replaceAll(/\$([A-Z]+|u[0-9a-f]+)\$/g, (whole, code: string) =>
          code.startsWith('u')
            ? String.fromCodePoint(Math.min(Number.parseInt(code.slice(1), 16), 0x10ffff))
            : (ESCAPES[code] ?? whole),
        ),
    )
    .join('::');
}

class Unreadable extends Error {}

const BASIC: Readonly<Record<string, string>> = {
  ...{
    a: 'i8',
    b: 'bool',
    c: 'char',
    d: 'f64',
    e: 'str',
    f: 'f32',
    h: 'u8',
    i: 'isize',
    j: 'usize',
    l: 'i32',
    m: 'u32',
  },
  ...{ n: 'i128', o: 'u128', p: '_', s: 'i16', t: 'u16', u: '()', v: '...', x: 'i64', y: 'u64', z: '!' },
};

/** Reads the grammar of RFC 2603; each method takes one of its rules and returns what it stands for. */
class Parser {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #written = 0;

  /** @param text - behind `_R`, which positions of references are counted from. */
  constructor(text: string) {
    this.#text = text;
  }

  name(): string {
    const name = this.#path(true);
    // What may follow is the crate that a generic function was made in.
    return name;
  }

  #next(): string {
    const c = this.#text[this.#at++];
    if (c === undefined) throw new Unreadable();
    return c;
  }

  #take(c: string): boolean {
    if (this.#text[this.#at] !== c) return false;
    this.#at++;
    return true;
  }

  #guard<T extends string>(work: () => T): T {
    if (++this.#depth > MOST_DEPTH) throw new Unreadable();
    const out = work();
    this.#depth--;
    this.#written += out.length;
    if (this.#written > 64 * MOST || out.length > MOST) throw new Unreadable();
    return out;
  }

  /** A number in base 62; `_` alone is 0. */
  #base62(): number {
    if (this.#take('_')) return 0;
    const digits = /^[0-9a-zA-Z]{1,14}_/.exec(this.#text.slice(this.#at, this.#at + 15))?.[0];
    if (digits === undefined) throw new Unreadable();
    this.#at += digits.length;
    const value = (c: string): number =>
      c <= '9' ? Number(c) : c >= 'a' ? c.charCodeAt(0) - 87 : c.charCodeAt(0) - 29;
    return [...digits.slice(0, -1)].reduce((n, c) => 62 * n + value(c), 0) + 1;
  }

  #disambiguator(): void {
    if (this.#take('s')) this.#base62();
  }

  #identifier(): string {
    this.#disambiguator();
    return this.#plainIdentifier();
  }

  #plainIdentifier(): string {
    const isEncoded = this.#take('u');
    const length = /^(0|[1-9]\d{0,3})/.exec(this.#text.slice(this.#at, this.#at + 4))?.[0];
    if (length === undefined) throw new Unreadable();
    this.#at += length.length;
    this.#take('_');
    const name = this.#text.slice(this.#at, this.#at + Number(length));
    this.#at += Number(length);
    if (name.length !== Number(length)) throw new Unreadable();
    return isEncoded ? `punycode{${name}}` : name;
  }

  /** A reference to what stands further ahead, read again there. */
  #reference(read: () => string): string {
    const from = this.#at - 1;
    const to = this.#base62();
    if (to >= from) throw new Unreadable();
    const back = this.#at;
    this.#at = to;
    const out = read();
    this.#at = back;
    return out;
  }

  /** @param isValue - whether arguments of generics are those of a function, which `::` sets off. */
  #path(isValue: boolean): string {
    return this.#guard(() => {
      const kind = this.#next();
      switch (kind) {
        case 'C':
          return this.#identifier();
        case 'N': {
          const space = this.#next();
          const parent = this.#path(isValue);
          const name = this.#identifier();
          if (space === 'C') return `${parent}::{closure${name === '' ? '' : `:${name}`}}`;
          if (space === 'S') return `${parent}::{shim${name === '' ? '' : `:${name}`}}`;
          return name === '' ? parent : `${parent}::${name}`;
        }
        case 'M':
          this.#implPath();
          return `<${this.#type()}>`;
        case 'X': {
          this.#implPath();
          const type = this.#type();
          return `<${type} as ${this.#path(false)}>`;
        }
        case 'Y': {
          const type = this.#type();
          return `<${type} as ${this.#path(false)}>`;
        }
        case 'I': {
          const generic = this.#path(isValue);
          return `${generic}${isValue ? '::' : ''}<${this.#list(() => this.#argument())}>`;
        }
        case 'B':
          return this.#reference(() => this.#path(isValue));
        default:
          throw new Unreadable();
      }
    });
  }

  #implPath(): void {
    this.#disambiguator();
    this.#path(false);
  }

  #list(read: () => string, separator = ', '): string {
    const parts: string[] = [];
    while (!this.#take('E')) parts.push(this.#guard(read));
    return parts.join(separator);
  }

  #argument(): string {
    if (this.#take('L')) {
      this.#base62();
      return "'_";
    }
    return this.#take('K') ? this.#constant() : this.#type();
  }

  #lifetime(): void {
    if (this.#take('L')) this.#base62();
  }

  #type(): string {
    return this.#guard(() => {
      const kind = this.#next();
      const basic = BASIC[kind];
      if (basic !== undefined) return basic;
      switch (kind) {
        case 'A': {
          const type = this.#type();
          return `[${type}; ${this.#constant()}]`;
        }
        case 'S':
          return `[${this.#type()}]`;
        case 'T':
          return `(${this.#list(() => this.#type())})`;
        case 'R':
          this.#lifetime();
          return `&${this.#type()}`;
        case 'Q':
          this.#lifetime();
          return `&mut ${this.#type()}`;
        case 'P':
          return `*const ${this.#type()}`;
        case 'O':
          return `*mut ${this.#type()}`;
        case 'F':
          return this.#function();
        case 'D': {
          this.#binder();
          const traits = this.#list(() => this.#dynTrait(), ' + ');
          this.#lifetime();
          return `dyn ${traits}`;
        }
        case 'B':
          return this.#reference(() => this.#type());
        default:
          this.#at--;
          return this.#path(false);
      }
    });
  }

  #binder(): void {
    if (this.#take('G')) this.#base62();
  }

  #function(): string {
    this.#binder();
    const isUnsafe = this.#take('U');
    const abi = this.#take('K')
      ? `extern "${this.#take('C') ? 'C' : this.#plainIdentifier().replaceAll('_', '-')}" `
      : '';
    const parameters = this.#list(() => this.#type());
    const result = this.#type();
    return `${isUnsafe ? 'unsafe ' : ''}${abi}fn(${parameters})${result === '()' ? '' : ` -> ${result}`}`;
  }

  #dynTrait(): string {
    const path = this.#path(false);
    const bound: string[] = [];
    while (this.#take('p')) {
      const name = this.#plainIdentifier();
      bound.push(`${name} = ${this.#type()}`);
    }
    return bound.length === 0 ? path : `${path}<${bound.join(', ')}>`;
  }

  #constant(): string {
    return this.#guard(() => {
      if (this.#take('B')) return this.#reference(() => this.#constant());
      const type = this.#next();
      if (type === 'p') return '_';
      if (BASIC[type] === undefined) throw new Unreadable();
      const digits = /^n?[0-9a-f]{0,32}_/.exec(this.#text.slice(this.#at, this.#at + 35))?.[0];
      if (digits === undefined) throw new Unreadable();
      this.#at += digits.length;
      const value = BigInt(`0x0${digits.replace('n', '').slice(0, -1)}`);
      if (type === 'b') return value === 0n ? 'false' : 'true';
      if (type === 'c') return JSON.stringify(String.fromCodePoint(Number(value % 0x110000n))).replaceAll('"', "'");
      return `${digits.startsWith('n') ? '-' : ''}${value}`;
    });
  }
}
