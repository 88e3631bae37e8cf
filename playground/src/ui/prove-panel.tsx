import type { JSX } from 'preact';
import { StageChart } from '../charts/stage-chart.tsx';
import { TimelineChart } from '../charts/timeline-chart.tsx';
import { formatCount, formatMs } from '../model/format.ts';
import { stdin } from '../model/input.ts';
import { program } from '../model/program.ts';
import { cancelProof, type JobRecord, now, proof, startProof, timeLeft } from '../model/proof.ts';
import { untilNow } from '../model/timeline.ts';
import { FailureView } from './failure-view.tsx';
import { ProofView } from './proof-view.tsx';
import { SettingsForm } from './settings-form.tsx';

export function ProvePanel(): JSX.Element {
  const state = proof.value;
  const isProving = state.status === 'proving';
  return (
    <section class="panel" aria-labelledby="prove-title" aria-busy={isProving}>
      <div class="panel-head">
        <h2 id="prove-title">Prove</h2>
        {isProving && (
          <button type="button" onClick={cancelProof}>
            Cancel proof
          </button>
        )}
        <button
          type="button"
          class="primary"
          disabled={isProving || program.value === undefined || stdin.value === undefined}
          onClick={() => void startProof()}
        >
          Prove
        </button>
      </div>
      <SettingsForm disabled={isProving} />
      {isProving && <Progress job={state.job} />}
      {state.status === 'cancelled' && <p class="notice">The proof of {state.job.name} was cancelled.</p>}
      {state.status === 'failed' && <FailureView title={`No proof of ${state.job.name}`} failure={state.failure} />}
      {state.status === 'done' && <ProofView name={state.job.name} finished={state.finished} />}
      {state.status !== 'idle' && <Pictures job={state.job} isProving={isProving} />}
    </section>
  );
}

/** What the job is at, in words. */
function describe({ progress }: JobRecord): string {
  if (progress === undefined) return 'Preparing';
  const { stage, shardsDone, shards, stepsDone, steps, cycles } = progress;
  if (stage === 'execute') return `Executing: ${formatCount(cycles)} cycles`;
  const folding = steps === 0 ? '' : `, ${formatCount(stepsDone)} of ${formatCount(steps)} steps`;
  const done = `${formatCount(shardsDone)} of ${formatCount(shards)} shards${folding}`;
  return `${stage === 'fold' ? 'Folding' : 'Proving'}: ${done}`;
}

function Progress({ job }: { readonly job: JobRecord }): JSX.Element {
  const percent = Math.round(100 * (job.progress?.fraction ?? 0));
  const left = timeLeft.value;
  return (
    <div class="progress">
      <div class="progress-line">
        <strong>{describe(job)}</strong>
        <span class="figures">{percent} %</span>
      </div>
      <div
        class="progress-bar"
        role="progressbar"
        aria-label={`Proof of ${job.name}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
      >
        <span style={{ width: `${percent}%` }} />
      </div>
      <div class="progress-line muted figures">
        <span>
          {formatMs(now.value - job.began)} so far{job.isKept && ', kept across reloads'}
        </span>
        <span>{left === undefined ? '' : `about ${formatMs(left)} left`}</span>
      </div>
    </div>
  );
}

function Pictures({ job, isProving }: { readonly job: JobRecord; readonly isProving: boolean }): JSX.Element {
  const elapsed = now.value - job.began;
  const tracks = isProving ? untilNow(job.tracks, elapsed) : job.tracks;
  const last = Math.max(0, ...tracks.flatMap(({ spans }) => spans.map(({ to }) => to)));
  const runMs = job.proving === undefined ? undefined : job.proving - job.began;
  return (
    <div class="pictures">
      <TimelineChart tracks={tracks} end={isProving ? elapsed : last} />
      <StageChart tracks={tracks} runMs={runMs} />
    </div>
  );
}
