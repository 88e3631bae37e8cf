/**
 * @module A finished proof: what it is, what it says, and the way to keep it.
 */
import type { JSX } from 'preact';
import { formatBytes, formatCount, formatMs, toHex } from '../model/format.ts';
import type { Finished } from '../model/proof.ts';
import { takeCandidate } from '../model/verification.ts';
import { BytesView } from './bytes-view.tsx';
import { Copyable } from './copyable.tsx';
import { Tiles } from './tiles.tsx';

function download(name: string, bytes: Uint8Array): void {
  const url = URL.createObjectURL(new Blob([bytes.slice()], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // Not before the browser has begun to read it.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

export function ProofView({ name, finished }: { readonly name: string; readonly finished: Finished }): JSX.Element {
  const { proof, verified, verifyMs, totalMs } = finished;
  const file = `${name.replace(/\.elf$/, '')}.proof`;
  return (
    <div class="proof">
      <div class="verdict is-good">
        <p>
          <strong>Proven and verified</strong> in {formatMs(totalMs)}: {name} halts with exit code {verified.exitCode}.
        </p>
        <div class="actions">
          <button type="button" class="primary" onClick={() => download(file, proof.proof)}>
            Download {file}
          </button>
          <button type="button" onClick={() => takeCandidate({ name: file, bytes: proof.proof })}>
            Take it to Verify
          </button>
        </div>
      </div>
      <Tiles
        tiles={[
          { label: 'Size', value: formatBytes(proof.proof.length), note: `mode ${proof.mode}` },
          { label: 'Security', value: `${verified.securityBits} bits`, note: 'provable' },
          { label: 'Shards', value: formatCount(proof.shards), note: `${formatCount(proof.cycles)} cycles` },
          { label: 'Run', value: formatMs(proof.executeMs) },
          { label: 'Proof', value: formatMs(proof.proveMs) },
          { label: 'Verification', value: formatMs(verifyMs) },
        ]}
      />
      <BytesView label="Proven public values" bytes={verified.publicValues} />
      <dl class="facts">
        <div>
          <dt>Verifying key</dt>
          <dd>
            <Copyable label="verifying key of the proof" text={toHex(verified.vk)} />
          </dd>
        </div>
      </dl>
    </div>
  );
}
