import type { ComponentChildren, JSX } from 'preact';

export interface Tile {
  readonly label: string;
  readonly value: ComponentChildren;
  readonly note?: string | undefined;
}

/** The figures of a panel. */
export function Tiles({ tiles }: { readonly tiles: readonly Tile[] }): JSX.Element {
  return (
    <dl class="tiles">
      {tiles.map(({ label, value, note }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>
            {value}
            {note && <small>{note}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
