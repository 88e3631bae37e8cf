import type { JSX } from 'preact';
import type { Example } from '../model/example.ts';
import { announcement } from '../model/settings.ts';
import { Header } from './header.tsx';
import { InputPanel } from './input-panel.tsx';
import { InterruptedNotice } from './interrupted-notice.tsx';
import { ProgramPanel } from './program-panel.tsx';
import { ProvePanel } from './prove-panel.tsx';
import { RunPanel } from './run-panel.tsx';
import { VerifyPanel } from './verify-panel.tsx';

export function App({ examples }: { readonly examples: readonly Example[] }): JSX.Element {
  return (
    <>
      <a class="skip-link" href="#results">
        Skip to the results
      </a>
      <Header />
      <main>
        <InterruptedNotice examples={examples} />
        <div class="column column-given">
          <ProgramPanel examples={examples} />
          <InputPanel />
        </div>
        <div class="column column-results" id="results" tabIndex={-1}>
          <RunPanel />
          <ProvePanel />
          <VerifyPanel />
        </div>
      </main>
      <footer>
        <p>
          Everything happens in this page: no program, input or proof leaves it. A Weft proof is not zero-knowledge, and
          the code has not been audited.
        </p>
      </footer>
      <p class="visually-hidden" role="status" aria-live="polite">
        {announcement.value}
      </p>
    </>
  );
}
