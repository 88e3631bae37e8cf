/**
 * @module Names of C++ functions as their authors wrote them, without the types of their parameters. Source: the mangling of the Itanium C++
 * ABI, section 5.1. What stands for an expression in a template is beyond it.
 */

/** Longest name that is read, and longest that is written: what symbols refer back to can grow without end. */
const MOST = 4096;
const MOST_DEPTH = 64;

/** The qualified name with arguments of templates, or `undefined` for what is no C++ symbol, or one that is too long or too deep. */
export function demangleCxx(symbol: string): string | undefined {
  if (symbol.length > MOST || !symbol.startsWith('_Z')) return undefined;
  try {
    return new Parser(symbol.slice(2)).encoding();
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}

class Unreadable extends Error {}

const BUILTIN: Readonly<Record<string, string>> = {
  ...{
    v: 'void',
    w: 'wchar_t',
    b: 'bool',
    c: 'char',
    a: 'signed char',
    h: 'unsigned char',
    s: 'short',
    t: 'unsigned short',
  },
  ...{ i: 'int', j: 'unsigned int', l: 'long', m: 'unsigned long', x: 'long long', y: 'unsigned long long' },
  ...{ n: '__int128', o: 'unsigned __int128', f: 'float', d: 'double', e: 'long double', g: '__float128', z: '...' },
  ...{ Da: 'auto', Dn: 'std::nullptr_t', Di: 'char32_t', Ds: 'char16_t', Du: 'char8_t', Dc: 'decltype(auto)' },
};

const STANDARD: Readonly<Record<string, string>> = {
  ...{ St: 'std', Sa: 'std::allocator', Sb: 'std::basic_string', Ss: 'std::string', Si: 'std::istream' },
  ...{ So: 'std::ostream', Sd: 'std::iostream' },
};

const OPERATORS: Readonly<Record<string, string>> = {
  ...{
    nw: ' new',
    na: ' new[]',
    dl: ' delete',
    da: ' delete[]',
    ps: '+',
    ng: '-',
    ad: '&',
    de: '*',
    co: '~',
    pl: '+',
    mi: '-',
  },
  ...{
    ml: '*',
    dv: '/',
    rm: '%',
    an: '&',
    or: '|',
    eo: '^',
    aS: '=',
    pL: '+=',
    mI: '-=',
    mL: '*=',
    dV: '/=',
    rM: '%=',
    aN: '&=',
  },
  ...{
    oR: '|=',
    eO: '^=',
    ls: '<<',
    rs: '>>',
    lS: '<<=',
    rS: '>>=',
    eq: '==',
    ne: '!=',
    lt: '<',
    gt: '>',
    le: '<=',
    ge: '>=',
  },
  ...{
    ss: '<=>',
    nt: '!',
    aa: '&&',
    oo: '||',
    pp: '++',
    mm: '--',
    cm: ',',
    pm: '->*',
    pt: '->',
    cl: '()',
    ix: '[]',
    qu: '?',
  },
};

/** Reads the grammar of the ABI; each method takes one of its rules and returns what it stands for. */
class Parser {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #written = 0;
  /** What can be referred to, by its number. */
  readonly #seen: string[] = [];
  /** Arguments of the outermost template that was read last. */
  #arguments: string[] = [];
  /** The last part of the name that was read last, for constructors. */
  #last = '';

  /** @param text - behind `_Z`. */
  constructor(text: string) {
    this.#text = text;
  }

  encoding(): string {
    return this.#name();
  }

  #peek(length = 1): string {
    return this.#text.slice(this.#at, this.#at + length);
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #match(pattern: RegExp): string | undefined {
    const found = pattern.exec(this.#text.slice(this.#at, this.#at + 32))?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #guard(work: () => string): string {
    if (++this.#depth > MOST_DEPTH || this.#at > this.#text.length) throw new Unreadable();
    const out = work();
    this.#depth--;
    this.#written += out.length;
    if (out.length > MOST || this.#written > 64 * MOST) throw new Unreadable();
    return out;
  }

  #note(name: string): string {
    this.#seen.push(name);
    return name;
  }

  #name(): string {
    return this.#guard(() => {
      if (this.#take('N')) return this.#nested();
      if (this.#take('Z')) return this.#local();
      const isStandard = this.#take('St');
      if (!isStandard && this.#peek() === 'S') {
        const known = this.#substitution();
        return this.#peek() === 'I' ? known + this.#templateArguments() : known;
      }
      const name = `${isStandard ? 'std::' : ''}${this.#unqualified()}`;
      if (this.#peek() !== 'I') return name;
      this.#note(name);
      return name + this.#templateArguments();
    });
  }

  /** A name inside a function: the function's, then its own. */
  #local(): string {
    const outer = this.encoding();
    // The types of the function's parameters, up to the end of its encoding.
    while (!this.#take('E')) this.#type();
    if (this.#take('s')) return `${outer}::{string}`;
    if (this.#take('d')) this.#match(/^\d*_/);
    const inner = this.#name();
    this.#match(/^_(\d|_\d+_)/);
    return `${outer}::${inner}`;
  }

  #nested(): string {
    this.#match(/^[rVK]*[RO]?/);
    let name = '';
    while (!this.#take('E')) {
      if (this.#at >= this.#text.length) throw new Unreadable();
      if (this.#peek() === 'I') name += this.#templateArguments();
      else if (this.#peek() === 'S' && this.#peek(2) !== 'St') {
        name = this.#substitution();
        continue;
      } else if (this.#peek() === 'T') name = this.#templateParameter();
      else if (this.#take('St')) {
        name = 'std';
        continue;
      } else name = name === '' ? this.#unqualified() : `${name}::${this.#unqualified()}`;
      if (this.#peek() !== 'E') this.#note(name);
    }
    return name;
  }

  #unqualified(): string {
    this.#take('L');
    const length = this.#match(/^[1-9]\d{0,3}/);
    if (length !== undefined) {
      const name = this.#text.slice(this.#at, this.#at + Number(length));
      if (name.length !== Number(length)) throw new Unreadable();
      this.#at += name.length;
      this.#last = /^_GLOBAL__N/.test(name) ? '(anonymous namespace)' : name;
      return this.#tagged(this.#last);
    }
    if (this.#match(/^C[1-5]/) !== undefined) return this.#tagged(this.#last);
    if (this.#match(/^D[0-5]/) !== undefined) return this.#tagged(`~${this.#last}`);
    if (this.#take('Ul')) {
      const types: string[] = [];
      while (!this.#take('E')) types.push(this.#type());
      this.#match(/^\d*_/);
      return `{lambda(${types.filter((type) => type !== 'void').join(', ')})}`;
    }
    if (this.#match(/^Ut\d*_/) !== undefined) return '{unnamed}';
    if (this.#take('cv')) return `operator ${this.#type()}`;
    if (this.#take('li')) return `operator""${this.#unqualified()}`;
    const operator = OPERATORS[this.#peek(2)];
    if (operator === undefined) throw new Unreadable();
    this.#at += 2;
    return `operator${operator}`;
  }

  /** Tags of the ABI, as in std::__cxx11, are left out. */
  #tagged(name: string): string {
    while (this.#peek() === 'B' && /\d/.test(this.#peek(2)[1] ?? '')) {
      this.#at++;
      const last = this.#last;
      this.#unqualified();
      this.#last = last;
    }
    return name;
  }

  #substitution(): string {
    const standard = STANDARD[this.#peek(2)];
    if (standard !== undefined) {
      this.#at += 2;
      this.#last = standard.slice(standard.lastIndexOf(':') + 1);
      if (standard !== 'std') return standard;
      const name = `std::${this.#unqualified()}`;
      return this.#note(name);
    }
    const digits = this.#match(/^S[0-9A-Z]{0,4}_/)?.slice(1, -1);
    const number = digits === undefined ? Number.NaN : digits === '' ? 0 : Number.parseInt(digits, 36) + 1;
    const name = this.#seen[number];
    if (name === undefined) throw new Unreadable();
    this.#last = name.replace(/<.*/, '').split('::').at(-1)!;
    return name;
  }

  #templateParameter(): string {
    const digits = this.#match(/^T\d{0,3}_/)?.slice(1, -1);
    if (digits === undefined) throw new Unreadable();
    // Arguments of conversions are named before they are known.
    return this.#arguments[digits === '' ? 0 : Number(digits) + 1] ?? 'auto';
  }

  #templateArguments(): string {
    return this.#guard(() => {
      this.#at++;
      const found: string[] = [];
      const last = this.#last;
      while (!this.#take('E')) found.push(...this.#templateArgument());
      this.#last = last;
      this.#arguments = found;
      return `<${found.join(', ')}>`;
    });
  }

  #templateArgument(): string[] {
    if (this.#take('J')) {
      const pack: string[] = [];
      while (!this.#take('E')) pack.push(...this.#templateArgument());
      return pack;
    }
    if (!this.#take('L')) return [this.#type()];
    if (this.#take('_Z')) {
      const name = this.encoding();
      while (!this.#take('E')) this.#type();
      return [name];
    }
    const type = this.#type();
    const value = this.#match(/^n?[0-9a-f]{0,31}/) ?? '';
    if (!this.#take('E')) throw new Unreadable();
    if (type === 'bool') return [value === '0' ? 'false' : 'true'];
    return [value === '' ? type : value.replace('n', '-')];
  }

  #type(): string {
    return this.#guard(() => {
      for (const length of [2, 1]) {
        const builtin = BUILTIN[this.#peek(length)];
        if (builtin === undefined) continue;
        this.#at += length;
        return builtin;
      }
      const behind: Readonly<Record<string, string>> = { P: '*', R: '&', O: '&&', K: ' const', V: ' volatile' };
      const sign = behind[this.#peek()];
      if (sign !== undefined) {
        this.#at++;
        return this.#note(this.#type() + sign);
      }
      if (this.#take('Dp')) return this.#note(this.#type());
      if (this.#take('A')) {
        const size = this.#match(/^\d*_/);
        if (size === undefined) throw new Unreadable();
        return this.#note(`${this.#type()}[${size.slice(0, -1)}]`);
      }
      if (this.#take('F')) {
        this.#take('Y');
        const result = this.#type();
        const parameters: string[] = [];
        while (!this.#take('E')) parameters.push(this.#type());
        return this.#note(`${result} (${parameters.filter((type) => type !== 'void').join(', ')})`);
      }
      if (this.#take('M')) {
        const of = this.#type();
        return this.#note(`${this.#type()} ${of}::*`);
      }
      if (this.#peek() === 'T') {
        const parameter = this.#note(this.#templateParameter());
        return this.#peek() === 'I' ? this.#note(parameter + this.#templateArguments()) : parameter;
      }
      if (this.#peek() === 'S' && this.#peek(2) !== 'St') {
        const known = this.#substitution();
        return this.#peek() === 'I' ? this.#note(known + this.#templateArguments()) : known;
      }
      return this.#note(this.#name());
    });
  }
}
