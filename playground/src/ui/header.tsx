import { signal } from '@preact/signals';
import type { JSX } from 'preact';

type Theme = 'system' | 'light' | 'dark';
const THEMES: readonly Theme[] = ['system', 'light', 'dark'];
const KEY = 'weft-theme';

const theme = signal<Theme>('system');

function show(next: Theme): void {
  theme.value = next;
  if (next === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = next;
}

function choose(next: Theme): void {
  show(next);
  try {
    if (next === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, next);
  } catch {
    // A page that may keep nothing forgets it.
  }
}

/** The theme that was chosen last. */
export function restoreTheme(): void {
  try {
    const kept = THEMES.find((name) => name === localStorage.getItem(KEY));
    if (kept !== undefined) show(kept);
  } catch {
    // A page that may keep nothing follows the system.
  }
}

export function Header(): JSX.Element {
  return (
    <header class="page-header">
      <img src="./icon.svg" alt="" width="32" height="32" />
      <div class="page-title">
        <h1>Weft playground</h1>
        <p>Run a RISC-V program, prove the run, verify the proof. All of it in this page.</p>
      </div>
      <fieldset class="segments theme">
        <legend class="visually-hidden">Colours</legend>
        {THEMES.map((name) => (
          <label key={name}>
            <input type="radio" name="theme" checked={theme.value === name} onChange={() => choose(name)} />
            <span>{name}</span>
          </label>
        ))}
      </fieldset>
    </header>
  );
}
