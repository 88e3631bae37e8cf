/**
 * @module Public values as text, as bytes, as words.
 */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { formatBytes, formatCount, isText, toHex, toText, toWords } from '../model/format.ts';
import { Scrollable } from './scrollable.tsx';

const VIEWS = ['text', 'hex', 'u32'] as const;
type View = (typeof VIEWS)[number];

/** Bytes that are shown. */
const MOST_SHOWN = 4096;

function show(bytes: Uint8Array, view: View): string {
  if (view === 'text') return toText(bytes);
  if (view === 'hex') return toHex(bytes).replace(/(.{8})(?=.)/g, '$1 ');
  const { words, rest } = toWords(bytes);
  return [...words, ...(rest.length === 0 ? [] : [`and ${rest.length} bytes: ${toHex(rest)}`])].join('  ');
}

export function BytesView({ label, bytes }: { readonly label: string; readonly bytes: Uint8Array }): JSX.Element {
  const chosen = useSignal<View | undefined>(undefined);
  const group = useId();
  const view = chosen.value ?? (isText(bytes) ? 'text' : bytes.length <= 16 && bytes.length % 4 === 0 ? 'u32' : 'hex');
  const hidden = bytes.length - MOST_SHOWN;
  return (
    <div class="bytes">
      <div class="bytes-head">
        <h3>{label}</h3>
        <span class="muted">{formatBytes(bytes.length)}</span>
        <fieldset class="segments">
          <legend class="visually-hidden">{`${label} shown as`}</legend>
          {VIEWS.map((name) => (
            <label key={name}>
              <input
                type="radio"
                name={group}
                checked={view === name}
                onChange={() => {
                  chosen.value = name;
                }}
              />
              <span>{name}</span>
            </label>
          ))}
        </fieldset>
      </div>
      {bytes.length === 0 ? (
        <p class="empty">None.</p>
      ) : (
        <Scrollable label={`${label} as ${view}`}>
          {show(bytes.subarray(0, MOST_SHOWN), view)}
          {hidden > 0 && `\nand ${formatCount(hidden)} bytes more`}
        </Scrollable>
      )}
    </div>
  );
}
