/**
 * @module The tree of call paths, and where in it a run is. What a jump means is told by the registers that it links and goes by; what the
 * calls do not tell, as `longjmp` and exceptions, by the stack pointer.
 */

/** A node of the tree as it is told to others. */
export interface TreeNode {
  /** Number of the function. */
  readonly number: number;
  /** -1 for the root, else less than the node's own. */
  readonly parent: number;
  readonly calls: number;
  readonly cycles: number;
  readonly cells: number;
}

/** Calls deeper than this are counted to the last that was kept. */
const MOST_DEPTH = 1024;
/** Nodes, and nodes of the paths to all of them together: paths beyond are counted to the last node that was kept. */
const MOST_NODES = 1 << 18;
const MOST_PATHS = 1 << 23;
/** Frames that are noted: those of a stack of 64 megabytes at least. */
const MOST_FRAMES = 1 << 22;
/** Frames that are looked through for a return out of order. */
const MOST_SEARCHED = 1024;

export class CallTree {
  /** Cycles and cells of the run so far. */
  readonly totals: Float64Array = new Float64Array(2);
  #cyclesSeen = 0;
  #cellsSeen = 0;
  /** Node in which the run is. */
  #at = 0;
  #nodes = 0;
  #paths = 0;
  #numberOf = new Int32Array(64);
  #parentOf = new Int32Array(64);
  #depthOf = new Int32Array(64);
  #calls = new Float64Array(64);
  #cycles = new Float64Array(64);
  #cells = new Float64Array(64);
  /** The child that was entered last, of which there is often one only. */
  #lastChild = new Int32Array(64);
  readonly #children: Map<number, number>[] = [];
  /** Calls that have not returned: node of the caller, where to, and the stack pointer. */
  #frames = 0;
  #frameNode = new Int32Array(64);
  #frameReturn = new Uint32Array(64);
  #frameSp = new Uint32Array(64);
  /** Calls that are deeper than what is noted. */
  #lost = 0;

  /** @param root - function in which the run starts. */
  constructor(root: number) {
    this.#calls[this.#add(root, -1)] = 1;
  }

  /** A call, which returns to `returnTo` with the stack pointer at `sp`. */
  call(number: number, returnTo: number, sp: number): void {
    this.#settle();
    const at = this.#frames;
    if (at === MOST_FRAMES) this.#lost++;
    else {
      if (at === this.#frameNode.length) {
        this.#frameNode = grown(this.#frameNode, new Int32Array(2 * at));
        this.#frameReturn = grown(this.#frameReturn, new Uint32Array(2 * at));
        this.#frameSp = grown(this.#frameSp, new Uint32Array(2 * at));
      }
      this.#frameNode[at] = this.#at;
      this.#frameReturn[at] = returnTo;
      this.#frameSp[at] = sp;
      this.#frames = at + 1;
    }
    this.#enter(this.#frames > MOST_DEPTH ? this.#at : this.#child(this.#at, number));
  }

  /** A jump to another function: the caller's call is that function's now. */
  replace(number: number): void {
    this.#settle();
    const parent = this.#parentOf[this.#at]!;
    this.#enter(this.#child(parent < 0 ? this.#at : parent, number));
  }

  /**
   * A jump by a register of return addresses.
   * @param number - finds the number of the function at `target`.
   */
  return(target: number, sp: number, number: (pc: number) => number): void {
    this.#settle();
    const top = this.#frames - 1;
    if (this.#lost > 0 && sp >>> 0 <= this.#frameSp[top]!) {
      this.#lost--;
      return;
    }
    this.#lost = 0;
    // The stack pointer may be lower than at the call: functions that save registers for others leave it so.
    if (top >= 0 && this.#frameReturn[top] === target && this.#frameSp[top]! >= sp >>> 0) this.#leave(top);
    else this.#unwind(target, sp >>> 0, number(target));
  }

  /** Counts a call that takes no cycles of its own, by the function in which the run is. */
  leaf(number: number, cells: number): void {
    this.#settle();
    this.totals[1]! += cells;
    this.#cellsSeen += cells;
    const node = this.#child(this.#at, number);
    this.#calls[node]!++;
    this.#cells[node]! += cells;
  }

  /** Parents before children. */
  nodes(): TreeNode[] {
    this.#settle();
    return Array.from({ length: this.#nodes }, (_, i) => ({
      number: this.#numberOf[i]!,
      parent: this.#parentOf[i]!,
      calls: this.#calls[i]!,
      cycles: this.#cycles[i]!,
      cells: this.#cells[i]!,
    }));
  }

  /** To where no call says: `longjmp`, or the handler of an exception. */
  #unwind(target: number, sp: number, number: number): void {
    // Functions whose frames lie below the stack pointer are gone.
    while (this.#frames > 0 && this.#frameSp[this.#frames - 1]! < sp) this.#frames--;
    const frame = this.#find(sp, (i) => this.#frameReturn[i] === target);
    const caller = frame ?? this.#find(sp, (i) => this.#numberOf[this.#frameNode[i]!] === number);
    if (caller !== undefined) this.#leave(caller);
    else if (number !== this.#numberOf[this.#at])
      this.#enter(this.#child(this.#frames > 0 ? this.#frameNode[this.#frames - 1]! : 0, number));
  }

  /** The last frame with this stack pointer that suits. */
  #find(sp: number, suits: (frame: number) => boolean): number | undefined {
    const end = Math.max(0, this.#frames - MOST_SEARCHED);
    for (let i = this.#frames - 1; i >= end && this.#frameSp[i] === sp; i--) if (suits(i)) return i;
    return undefined;
  }

  #leave(frame: number): void {
    this.#frames = frame;
    this.#at = this.#frameNode[frame]!;
  }

  /** Gives what was counted since the last time to the node in which the run is. */
  #settle(): void {
    const cycles = this.totals[0]!;
    const cells = this.totals[1]!;
    const at = this.#at;
    this.#cycles[at]! += cycles - this.#cyclesSeen;
    this.#cells[at]! += cells - this.#cellsSeen;
    this.#cyclesSeen = cycles;
    this.#cellsSeen = cells;
  }

  #enter(node: number): void {
    this.#at = node;
    this.#calls[node]!++;
  }

  #child(parent: number, number: number): number {
    const last = this.#lastChild[parent]!;
    if (last !== 0 && this.#numberOf[last] === number) return last;
    let node = this.#children[parent]!.get(number);
    if (node === undefined) {
      if (this.#nodes >= MOST_NODES || this.#paths >= MOST_PATHS) return parent;
      node = this.#add(number, parent);
      this.#children[parent]!.set(number, node);
    }
    this.#lastChild[parent] = node;
    return node;
  }

  #add(number: number, parent: number): number {
    const node = this.#nodes++;
    const { length } = this.#numberOf;
    if (node === length) {
      this.#numberOf = grown(this.#numberOf, new Int32Array(2 * length));
      this.#parentOf = grown(this.#parentOf, new Int32Array(2 * length));
      this.#depthOf = grown(this.#depthOf, new Int32Array(2 * length));
      this.#lastChild = grown(this.#lastChild, new Int32Array(2 * length));
      this.#calls = grown(this.#calls, new Float64Array(2 * length));
      this.#cycles = grown(this.#cycles, new Float64Array(2 * length));
      this.#cells = grown(this.#cells, new Float64Array(2 * length));
    }
    this.#numberOf[node] = number;
    this.#parentOf[node] = parent;
    this.#depthOf[node] = parent < 0 ? 1 : this.#depthOf[parent]! + 1;
    this.#paths += this.#depthOf[node]!;
    this.#children.push(new Map());
    return node;
  }
}

function grown<T extends Int32Array | Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
