/**
 * @module A place for a file: chosen by a button, or dropped.
 */
import { useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';

interface Properties {
  /** What the button says. */
  readonly label: string;
  /** Of the file that is there. */
  readonly chosen?: string | undefined;
  readonly onFile: (file: File) => void;
  readonly children?: ComponentChildren;
}

export function DropZone({ label, chosen, onFile, children }: Properties): JSX.Element {
  const isOver = useSignal(false);
  const id = useId();
  const take = (files: FileList | null | undefined): void => {
    const file = files?.[0];
    if (file !== undefined) onFile(file);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: who cannot drop uses the button inside.
    <div
      class={`drop-zone${isOver.value ? ' is-over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault();
        isOver.value = true;
      }}
      onDragLeave={() => {
        isOver.value = false;
      }}
      onDrop={(event) => {
        event.preventDefault();
        isOver.value = false;
        take(event.dataTransfer?.files);
      }}
    >
      <input
        class="visually-hidden"
        type="file"
        id={id}
        onChange={({ currentTarget }) => {
          take(currentTarget.files);
          // The same file may be chosen again.
          currentTarget.value = '';
        }}
      />
      <label class="button" for={id}>
        {label}
      </label>
      <span class="drop-hint">{chosen ?? 'or drop it here'}</span>
      {children}
    </div>
  );
}

/** A file that lands beside a drop zone must not make the browser leave the page. */
export function ignoreStrayDrops(): void {
  for (const type of ['dragover', 'drop'])
    addEventListener(type, (event) => {
      event.preventDefault();
    });
}
