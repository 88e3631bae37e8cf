/**
 * @module An example that the page offers: a guest, what it does in a sentence, what it reads unless something else is typed.
 */

/** An input item as the page shows it. */
export interface ExampleItem {
  /** What the item is to the guest. */
  readonly label: string;
  /** Bytes that are text are shown as text. */
  readonly kind: 'text' | 'hex';
  readonly value: string;
}

export interface Example {
  readonly name: string;
  readonly language: string;
  /** What the program does, or what its proof says. */
  readonly sentence: string;
  /** Where its ELF file lies. */
  readonly url: string;
  readonly items: readonly ExampleItem[];
}
