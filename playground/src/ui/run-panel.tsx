import type { JSX } from 'preact';
import { ChipChart } from '../charts/chip-chart.tsx';
import { formatBytes, formatCount, formatLarge, formatMs } from '../model/format.ts';
import { stdin } from '../model/input.ts';
import { program } from '../model/program.ts';
import { cancelRun, hidden, printed, type RunState, run, startRun } from '../model/run.ts';
import { BytesView } from './bytes-view.tsx';
import { FailureView } from './failure-view.tsx';
import { Scrollable } from './scrollable.tsx';
import { Tiles } from './tiles.tsx';

export function RunPanel(): JSX.Element {
  const state = run.value;
  const isRunning = state.status === 'running';
  return (
    <section class="panel" aria-labelledby="run-title" aria-busy={isRunning}>
      <div class="panel-head">
        <h2 id="run-title">Run</h2>
        {isRunning && (
          <>
            <span class="muted figures">{formatCount(state.cycles)} cycles</span>
            <button type="button" onClick={cancelRun}>
              Cancel run
            </button>
          </>
        )}
        <button
          type="button"
          class="primary"
          disabled={isRunning || program.value === undefined || stdin.value === undefined}
          onClick={() => void startRun()}
        >
          Run
        </button>
      </div>
      {state.status === 'idle' && <p class="empty">Executes the program, and says what proving the run would take.</p>}
      {state.status === 'cancelled' && <p class="empty">Cancelled.</p>}
      {state.status === 'failed' && <FailureView title="The run was stopped" failure={state.failure} />}
      <Output isOver={state.status === 'done'} />
      {state.status === 'done' && <Result {...state} />}
    </section>
  );
}

function Output({ isOver }: { readonly isOver: boolean }): JSX.Element | null {
  if (printed.value.length === 0) return isOver ? <p class="empty">The program printed nothing.</p> : null;
  return (
    <div>
      <h3>Output</h3>
      <Scrollable label="Output">
        {printed.value.map(({ descriptor, text }, i) => (
          <span key={`${i} ${descriptor}`} class={descriptor === 2 ? 'is-error' : undefined}>
            {text}
          </span>
        ))}
        {hidden.value > 0 && <em>{`\nand ${formatCount(hidden.value)} characters more`}</em>}
      </Scrollable>
    </div>
  );
}

function Result({ result, mode, ms }: Extract<RunState, { status: 'done' }>): JSX.Element {
  const { exitCode, cycles, publicValues, estimate } = result;
  const steps = estimate.steps === 0 ? '' : ` and ${formatCount(estimate.steps)} steps of folding`;
  return (
    <>
      <Tiles
        tiles={[
          { label: 'Exit code', value: exitCode, note: exitCode === 0 ? undefined : 'the program says it failed' },
          { label: 'Cycles', value: formatCount(cycles), note: `in ${formatMs(ms)}` },
          { label: 'To prove it', value: `about ${formatMs(estimate.proveMs)}`, note: `mode ${mode}` },
          { label: 'Shards', value: formatCount(estimate.shards), note: `${estimate.workers} at once${steps}` },
          { label: 'Memory', value: formatBytes(estimate.peakBytes), note: 'at most' },
          { label: 'Cells', value: formatLarge(estimate.cells), note: 'committed' },
        ]}
      />
      <BytesView label="Public values" bytes={publicValues} />
      <ChipChart chips={estimate.chips} cells={estimate.cells} />
    </>
  );
}
