import type { JSX } from 'preact';
import type { Example } from '../model/example.ts';
import { formatBytes, formatCount } from '../model/format.ts';
import { discard, interrupted, resume } from '../model/interrupted.ts';

/** Offers to go on with what a reload interrupted. */
export function InterruptedNotice({ examples }: { readonly examples: readonly Example[] }): JSX.Element | null {
  if (interrupted.value === undefined) return null;
  const { session, kept } = interrupted.value;
  const parts = `${formatCount(kept.proofs)} ${kept.proofs === 1 ? 'part' : 'parts'}`;
  return (
    <section class="interrupted" aria-labelledby="interrupted-title">
      <p>
        <strong id="interrupted-title">A proof of {session.name} was interrupted.</strong> {parts} of it,{' '}
        {formatBytes(kept.bytes)}, are kept in this browser.
      </p>
      <div class="actions">
        <button type="button" class="primary" onClick={() => void resume(examples)}>
          Go on with it
        </button>
        <button type="button" onClick={() => void discard()}>
          Discard it
        </button>
      </div>
    </section>
  );
}
