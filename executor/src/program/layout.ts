/**
 * @module The address space. Guest memory ends at 0x78000000. Registers and hidden system cells have an address space of
 * their own and share the state tree with memory: their leaves follow those of guest memory.
 */

/** First byte address beyond guest memory. */
export const MEMORY_END = 0x78000000;
/** Bytes of the page at null, where no access goes unless a segment of the program lies there. */
export const NULL_PAGE_BYTES = 4096;
/** Bytes per leaf of the state tree: eight words. */
export const LEAF_BYTES = 32;
export const LEAF_WORDS = 8;
/** Depth of the state tree: 2^26 leaves of 32 bytes cover 2^31 bytes. */
export const TREE_DEPTH = 26;
/** Index of the first register leaf. */
export const REGISTER_LEAF: number = MEMORY_END / LEAF_BYTES;

export const MEMORY_SPACE = 2;
export const REGISTER_SPACE = 1;

/** Cells of the register space, by word address. x0..x31 are 0..31. */
export const CELL = {
  /** Takes what instructions with rd = x0 write. */
  dump: 32,
  exitCode: 33,
  /** Bytes of the current HINT_READ that are done. */
  hintProgress: 34,
  /** Eight words of the public-values digest. */
  digest: 40,
  /** Eight flags: word i was committed. */
  committed: 48,
  count: 56,
} as const;

/** Clock of the first instruction; initial values carry timestamp 0. */
export const FIRST_CLOCK = 4;
export const CLOCK_STEP = 4;
/** Accesses of one instruction: first register, second register, memory, destination. */
export const SLOT = { rs1: 0, rs2: 1, memory: 2, rd: 3 } as const;
/** A timestamp difference checked by an instruction is at most this; older cells are bumped first. */
export const MAX_GAP = 65536;
/** The pc after HALT: odd, so no instruction is there and none can jump to it. */
export const HALT_PC = 1;

/** Cells that the end of a run makes public: exit code, digest words, committed flags. */
export const OUTPUT_CELLS: readonly number[] = [
  CELL.exitCode,
  ...Array.from({ length: 8 }, (_, i) => CELL.digest + i),
  ...Array.from({ length: 8 }, (_, i) => CELL.committed + i),
];
