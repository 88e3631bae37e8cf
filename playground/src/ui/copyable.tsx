import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { announce } from '../model/settings.ts';

const SHOWN_MS = 1500;

/** A long word that people take elsewhere. */
export function Copyable({ label, text }: { readonly label: string; readonly text: string }): JSX.Element {
  const isCopied = useSignal(false);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      announce(`The ${label} could not be copied: select and copy it`);
      return;
    }
    isCopied.value = true;
    announce(`The ${label} is copied`);
    setTimeout(() => {
      isCopied.value = false;
    }, SHOWN_MS);
  };
  return (
    <span class="copyable">
      <code>{text}</code>
      <button type="button" class="quiet" aria-label={`Copy the ${label}`} onClick={() => void copy()}>
        {isCopied.value ? 'copied' : 'copy'}
      </button>
    </span>
  );
}
