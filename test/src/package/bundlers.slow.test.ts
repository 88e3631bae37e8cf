/** The packed package in a page, by every usual way to get it there: the page proves, and its bytes are those of Node. */
import { cp, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readGuest } from '@weft/guest-examples';
import { prove } from '@weft/sdk';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { build as buildWithVite } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import webpack from 'webpack';
import { findChromium, launchChromium } from '../support/chromium.ts';
import { Project, packPackage, temporaryFolder } from '../support/package.ts';
import { sameBytes, text } from '../support/values.ts';
import { serve } from '../support/web-server.ts';

const CHROMIUM = findChromium();

const page = (weft: string): string => `
import { createRunner, prove, setup, verify, VerificationError } from '${weft}';
const elf = new Uint8Array(await (await fetch('/fibonacci.elf')).arrayBuffer());
const program = await setup(elf);
const runner = await createRunner(2);
const { proof } = await prove(program, [new TextEncoder().encode('10')], { runner, mode: 'core' });
await runner.close();
verify(program.vk, proof);
globalThis.proof = [...proof];
`;

describe.skipIf(CHROMIUM === undefined)('in a page', () => {
  let folder: string;
  let project: Project;
  let browser: Browser;
  let expected: Uint8Array;
  beforeAll(async () => {
    folder = await temporaryFolder();
    project = await Project.create(join(folder, 'project'), await packPackage(folder));
    await project.write('page.js', page('weft-zkvm'));
    expected = (await prove(readGuest('fibonacci'), [text('10')], { mode: 'core' })).proof;
    browser = await launchChromium(CHROMIUM!);
  });
  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });

  /** Opens the page of a folder and waits until it has proven. */
  async function proofIn(served: string): Promise<Uint8Array> {
    const server = await serve(served);
    try {
      const tab = await browser.newPage();
      const failed = new Promise<never>((_, reject) => tab.on('pageerror', reject));
      await tab.goto(server.origin);
      await Promise.race([
        tab.waitForFunction('globalThis.proof !== undefined', undefined, { timeout: 60_000 }),
        failed,
      ]);
      return Uint8Array.from((await tab.evaluate('globalThis.proof')) as number[]);
    } finally {
      await server.close();
    }
  }

  const WAYS: Readonly<Record<string, (out: string) => Promise<unknown>>> = {
    'by Vite': (outDir) =>
      buildWithVite({
        root: project.folder,
        configFile: false,
        logLevel: 'error',
        worker: { format: 'es' },
        build: {
          outDir,
          target: 'es2022',
          rolldownOptions: { input: project.path('page.js'), output: { entryFileNames: 'page.js' } },
        },
      }),
    'by webpack': (path) =>
      new Promise<void>((resolve, reject) =>
        webpack(
          {
            mode: 'production',
            context: project.folder,
            entry: './page.js',
            output: { path, filename: 'page.js', publicPath: '/' },
            performance: false,
          },
          (error, stats) => {
            const problem = error ?? (stats!.hasErrors() || stats!.hasWarnings() ? stats!.toString('normal') : null);
            problem === null ? resolve() : reject(problem);
          },
        ),
      ),
    'by esbuild': (outdir) =>
      build({
        absWorkingDir: project.folder,
        entryPoints: { page: './page.js', worker: 'weft-zkvm/worker' },
        bundle: true,
        splitting: true,
        minify: true,
        format: 'esm',
        outdir,
        logLevel: 'warning',
      }),
    'as plain modules': async (out) => {
      await mkdir(out);
      await cp(project.path('node_modules/weft-zkvm/lib/browser'), join(out, 'weft'), { recursive: true });
      await project.write('plain/page.js', page('./weft/index.js'));
      await cp(project.path('plain/page.js'), join(out, 'page.js'));
    },
  };

  it.each(Object.keys(WAYS))('%s', async (way) => {
    const out = join(folder, way.replaceAll(' ', '-'));
    await WAYS[way]!(out);
    expect(sameBytes(await proofIn(out), expected)).toBe(true);
  });
});
