import { signal } from '@preact/signals';
import type { JSX } from 'preact';

type Theme = 'system' | 'light' | 'dark';
const THEMES: readonly Theme[] = ['system', 'light', 'dark'];
const KEY = 'weft-theme';

const given = document.documentElement.dataset['theme'];
const theme = signal<Theme>(given === 'light' || given === 'dark' ? given : 'system');

function choose(next: Theme): void {
  theme.value = next;
  if (next === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = next;
  try {
    if (next === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, next);
  } catch {
    // A page that may keep nothing forgets it.
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
