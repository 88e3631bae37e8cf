import type { ComponentChildren, JSX } from 'preact';

/** Text that may be longer than its place, which people without a mouse can scroll too. */
export function Scrollable({
  label,
  children,
}: {
  readonly label: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
    <section class="scrollable" tabIndex={0} aria-label={label}>
      <pre>{children}</pre>
    </section>
  );
}
