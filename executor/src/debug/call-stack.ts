/**
 * @module The functions that a run is inside of, told by its jumps: calls link to ra or t0, and returns go back to where one of them said.
 */
import type { JumpObserver } from '../run/state.ts';

interface Frame {
  /** Of the call. */
  readonly pc: number;
  /** Stack pointer at the call. */
  readonly sp: number;
}

/** A stack of a gigabyte in frames of a kilobyte; what lies deeper is not noted. */
const MOST_FRAMES = 1 << 20;
const LINKS: ReadonlySet<number> = new Set([1, 5]);

export class CallStack implements JumpObserver {
  readonly #frames: Frame[] = [];
  /** The last jump that was told. */
  last: { readonly pc: number; readonly target: number } | undefined;

  jump(pc: number, target: number, rd: number, rs1: number, sp: number): void {
    this.last = { pc: pc >>> 0, target: target >>> 0 };
    const frames = this.#frames;
    const isCall = LINKS.has(rd);
    if (!isCall && !LINKS.has(rs1)) return;
    const depth = sp >>> 0;
    // Frames below the stack pointer are gone, however they were left: by longjmp, or by an exception.
    while (frames.length > 0 && frames.at(-1)!.sp < depth) frames.pop();
    if (isCall) {
      if (frames.length < MOST_FRAMES) frames.push({ pc: pc >>> 0, sp: depth });
      return;
    }
    // Back to the nearest call that comes from there: functions without a frame share the stack pointer of their callers.
    for (let i = frames.length - 1; i >= 0 && frames[i]!.sp === depth; i--) {
      if (frames[i]!.pc + 4 !== target >>> 0) continue;
      frames.length = i;
      return;
    }
  }

  /** The calls that have not returned, by their addresses, the latest first; at most `most`. */
  calls(most: number): number[] {
    return this.#frames
      .slice(-most)
      .map(({ pc }) => pc)
      .reverse();
  }

  /** How many calls have not returned. */
  get depth(): number {
    return this.#frames.length;
  }
}
