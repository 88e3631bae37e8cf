import type { JSX } from 'preact';
import { formatBytes, formatMs, toHex } from '../model/format.ts';
import { program } from '../model/program.ts';
import {
  candidate,
  claim,
  startVerification,
  takeCandidate,
  type VerificationState,
  verification,
  wantedExit,
} from '../model/verification.ts';
import { BytesView } from './bytes-view.tsx';
import { Copyable } from './copyable.tsx';
import { DropZone } from './drop-zone.tsx';
import { FailureView } from './failure-view.tsx';
import { Tiles } from './tiles.tsx';

const read = async (file: File): Promise<{ readonly name: string; readonly bytes: Uint8Array }> => ({
  name: file.name,
  bytes: new Uint8Array(await file.arrayBuffer()),
});

export function VerifyPanel(): JSX.Element {
  const state = verification.value;
  const given = claimed();
  return (
    <section class="panel" aria-labelledby="verify-title" aria-busy={state.status === 'verifying'}>
      <div class="panel-head">
        <h2 id="verify-title">Verify</h2>
        <button
          type="button"
          class="primary"
          disabled={candidate.value === undefined || given === undefined || state.status === 'verifying'}
          onClick={() => given !== undefined && void startVerification(given)}
        >
          Verify
        </button>
      </div>
      <div class="verify-form">
        <fieldset>
          <legend>Proof</legend>
          <DropZone
            label="Open a proof"
            chosen={candidate.value && `${candidate.value.name}, ${formatBytes(candidate.value.bytes.length)}`}
            onFile={async (file) => takeCandidate(await read(file))}
          />
        </fieldset>
        <Claim />
        <label class="field">
          <span>Exit code</span>
          <input
            inputMode="numeric"
            pattern="[0-9]*"
            value={wantedExit.value}
            placeholder="any"
            autocomplete="off"
            onInput={({ currentTarget }) => {
              wantedExit.value = currentTarget.value.replace(/[^0-9]/g, '');
            }}
          />
        </label>
      </div>
      <Verdict state={state} />
    </section>
  );
}

/** What the proof must be of, once that is known. */
function claimed(): string | Uint8Array | undefined {
  const { kind, key, file } = claim.value;
  if (kind === 'key') return key.trim() === '' ? undefined : key.trim();
  return file?.bytes ?? program.value?.elf;
}

function Claim(): JSX.Element {
  const { kind, key, file } = claim.value;
  return (
    <fieldset class="claim">
      <legend>Must be of</legend>
      <div class="segments">
        {(['program', 'key'] as const).map((name) => (
          <label key={name}>
            <input
              type="radio"
              name="claim"
              checked={kind === name}
              onChange={() => {
                claim.value = { ...claim.value, kind: name };
              }}
            />
            <span>{name === 'program' ? 'a program' : 'a verifying key'}</span>
          </label>
        ))}
      </div>
      {kind === 'program' ? (
        <DropZone
          label="Open another ELF file"
          chosen={file?.name ?? (program.value === undefined ? undefined : `${program.value.name}, as above`)}
          onFile={async (next) => {
            claim.value = { ...claim.value, file: await read(next) };
          }}
        >
          {file !== undefined && (
            <button
              type="button"
              class="quiet"
              onClick={() => {
                claim.value = { kind, key };
              }}
            >
              use the program above
            </button>
          )}
        </DropZone>
      ) : (
        <input
          class="is-code"
          aria-label="Verifying key, 64 hexadecimal digits"
          value={key}
          placeholder="64 hexadecimal digits"
          spellcheck={false}
          autocomplete="off"
          onInput={({ currentTarget }) => {
            claim.value = { ...claim.value, key: currentTarget.value };
          }}
        />
      )}
    </fieldset>
  );
}

/** What a rejection means, for people who did not write the verifier. */
const REASONS: Readonly<Record<string, string>> = {
  format: 'These bytes are no proof of Weft: cut off, damaged, or another file.',
  program: 'It is no proof of the program, or of the key, that was asked for.',
  exit_code: 'The proof may be valid, but the run ended with another exit code than the one that was asked for.',
  public_values: 'The public values were changed after the proof was made.',
};
const ALTERED = 'A check of the proof failed: it was altered, or made without the computation that it claims.';

function Verdict({ state }: { readonly state: VerificationState }): JSX.Element | null {
  if (state.status === 'rejected') {
    const { failure } = state;
    const isVerdict = failure.name === 'VerificationError';
    return (
      <FailureView
        title={isVerdict ? 'Rejected' : 'Not verified'}
        failure={failure}
        hint={isVerdict ? (REASONS[failure.code ?? ''] ?? ALTERED) : undefined}
      />
    );
  }
  if (state.status !== 'accepted') return null;
  const { exitCode, mode, securityBits, vk, publicValues } = state.verified;
  return (
    <>
      <div class="verdict is-good">
        <p>
          <strong>Valid.</strong> There is an input on which the program with this key halts with exit code {exitCode}{' '}
          after making these values public. The proof does not say which input, and the program is what its key says it
          is: read its source.
        </p>
      </div>
      <Tiles
        tiles={[
          { label: 'Exit code', value: exitCode },
          { label: 'Security', value: `${securityBits} bits`, note: 'provable' },
          { label: 'Mode', value: mode },
          { label: 'Verified in', value: formatMs(state.ms) },
        ]}
      />
      <BytesView label="Verified public values" bytes={publicValues} />
      <dl class="facts">
        <div>
          <dt>Verifying key</dt>
          <dd>
            <Copyable label="verified key" text={toHex(vk)} />
          </dd>
        </div>
      </dl>
    </>
  );
}
