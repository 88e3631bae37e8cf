/**
 * @module What the package weighs, and what it may weigh.
 */
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { PackedPackage } from './package.ts';

/** Bytes, by what is weighed. */
export interface Sizes {
  readonly tarball: number;
  /** Installed, with all dependencies: there are none. */
  readonly unpacked: number;
  /** `weft-zkvm/verify` bundled and minified by esbuild, gzip. */
  readonly verify: number;
  /** `weft-zkvm` and `weft-zkvm/worker` for a browser, likewise: what both load counts once. */
  readonly page: number;
}

const KIB = 1024;

/** No more than the sizes of today and a little; raising one is a decision. */
export const SIZE_LIMITS: Sizes = {
  tarball: 1200 * KIB,
  unpacked: 4500 * KIB,
  verify: 36 * KIB,
  page: 184 * KIB,
};

/** @param folder - of a project in which the package is installed. */
export async function sizesOf(folder: string, { size, unpackedSize }: PackedPackage): Promise<Sizes> {
  return {
    tarball: size,
    unpacked: unpackedSize,
    verify: await bundledSize(folder, { verify: 'weft-zkvm/verify' }),
    page: await bundledSize(folder, { page: 'weft-zkvm', worker: 'weft-zkvm/worker' }),
  };
}

/** @returns bytes of all files, each compressed by gzip. */
async function bundledSize(absWorkingDir: string, entryPoints: Record<string, string>): Promise<number> {
  const { outputFiles } = await build({
    absWorkingDir,
    entryPoints,
    outdir: 'bundled',
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    logLevel: 'error',
  });
  return outputFiles.reduce((bytes, { contents }) => bytes + gzipSync(contents).length, 0);
}
