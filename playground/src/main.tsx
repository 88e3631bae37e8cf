import { EXAMPLES } from 'virtual:examples';
import { render } from 'preact';
import { findInterrupted } from './model/interrupted.ts';
import { chooseExample } from './model/program.ts';
import './styles/base.css';
import './styles/layout.css';
import './styles/controls.css';
import './styles/charts.css';
import { App } from './ui/app.tsx';
import { ignoreStrayDrops } from './ui/drop-zone.tsx';
import { restoreTheme } from './ui/header.tsx';

restoreTheme();
ignoreStrayDrops();
render(<App examples={EXAMPLES} />, document.getElementById('app')!);
void chooseExample(EXAMPLES[0]!);
void findInterrupted();

if (import.meta.env.PROD && 'serviceWorker' in navigator)
  void navigator.serviceWorker.register(new URL('./service-worker.js', document.baseURI));
