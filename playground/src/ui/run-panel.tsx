import type { Estimate, ProofMode } from '@weft/sdk';
import type { JSX } from 'preact';
import { ChipChart } from '../charts/chip-chart.tsx';
import { formatBytes, formatCount, formatLarge, formatMs } from '../model/format.ts';
import { stdin } from '../model/input.ts';
import { program } from '../model/program.ts';
import { cancelRun, hidden, printed, type RunState, run, startRun } from '../model/run.ts';
import { BytesView } from './bytes-view.tsx';
import { FailureView } from './failure-view.tsx';
import { Scrollable } from './scrollable.tsx';
import { type Tile, Tiles } from './tiles.tsx';

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
  const { exitCode, cycles, publicValues, estimate, noEstimate } = result;
  return (
    <>
      <Tiles
        tiles={[
          { label: 'Exit code', value: exitCode, note: exitCode === 0 ? undefined : 'the program says it failed' },
          { label: 'Cycles', value: formatCount(cycles), note: `in ${formatMs(ms)}` },
          ...(estimate === undefined ? [] : predicted(estimate, mode)),
        ]}
      />
      {noEstimate && <p class="notice">It cannot be proven like this: {noEstimate}.</p>}
      <BytesView label="Public values" bytes={publicValues} />
      {estimate && <ChipChart chips={estimate.chips} cells={estimate.cells} />}
    </>
  );
}

function predicted(estimate: Estimate, mode: ProofMode): readonly Tile[] {
  const { proveMs, shards, workers, steps, peakBytes, cells } = estimate;
  const folding = steps === 0 ? '' : ` and ${formatCount(steps)} ${steps === 1 ? 'step' : 'steps'} of folding`;
  return [
    { label: 'To prove it', value: `about ${formatMs(proveMs)}`, note: `mode ${mode}` },
    { label: 'Shards', value: formatCount(shards), note: `${workers} at once${folding}` },
    { label: 'Memory', value: formatBytes(peakBytes), note: 'at most' },
    { label: 'Cells', value: formatLarge(cells), note: 'committed' },
  ];
}
