import type { JSX } from 'preact';
import { settings } from '../model/settings.ts';

const MODES = [
  { mode: 'core', sentence: 'a proof for each shard, in the least time' },
  { mode: 'compressed', sentence: 'one proof of 225 KB, however long the run' },
  { mode: 'wrapped', sentence: 'the same at half the size, a few seconds more' },
] as const;

const GIBIBYTE = 2 ** 30;
const MEMORY: readonly (readonly [bytes: number, label: string])[] = [
  [0, 'automatic'],
  [GIBIBYTE / 2, '512 MiB'],
  [GIBIBYTE, '1 GiB'],
  [1.5 * GIBIBYTE, '1.5 GiB'],
  [2 * GIBIBYTE, '2 GiB'],
  [3 * GIBIBYTE, '3 GiB'],
  [4 * GIBIBYTE, '4 GiB'],
];
const CORES = navigator.hardwareConcurrency;

/** How a run is proven. */
export function SettingsForm({ disabled }: { readonly disabled: boolean }): JSX.Element {
  const { mode, workers, memory } = settings.value;
  const change = (next: Partial<typeof settings.value>): void => {
    settings.value = { ...settings.value, ...next };
  };
  return (
    <fieldset class="settings" disabled={disabled}>
      <legend class="visually-hidden">How it is proven</legend>
      <fieldset class="modes">
        <legend>Mode</legend>
        {MODES.map((option) => (
          <label key={option.mode} class="mode">
            <input
              type="radio"
              name="mode"
              checked={mode === option.mode}
              onChange={() => change({ mode: option.mode })}
            />
            <span class="mode-name">{option.mode}</span>
            <span class="mode-sentence">{option.sentence}</span>
          </label>
        ))}
      </fieldset>
      <div class="resources">
        <label class="field">
          <span>Workers</span>
          <select
            value={String(workers)}
            onChange={({ currentTarget }) => change({ workers: Number(currentTarget.value) })}
          >
            <option value="0">automatic ({CORES})</option>
            {Array.from({ length: CORES }, (_, i) => (
              <option key={i} value={String(i + 1)}>
                {i + 1}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>Memory</span>
          <select
            value={String(memory)}
            onChange={({ currentTarget }) => change({ memory: Number(currentTarget.value) })}
          >
            {MEMORY.map(([bytes, label]) => (
              <option key={label} value={String(bytes)}>
                {label}
              </option>
            ))}
          </select>
        </label>
      </div>
    </fieldset>
  );
}
