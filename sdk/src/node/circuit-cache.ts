/**
 * @module Ready circuits on disk, in the user's cache folder. Nothing depends on what stands there: whoever loads a file checks it.
 * Any number of processes share the folder: a file is written apart and renamed, and what another has removed is not there.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { PROTOCOL_VERSION } from '@weft/prover/protocol/version';
import envPaths from 'env-paths';

/** Bytes that the files of a cache have together: a dozen circuits of the largest class. */
export const CACHE_BYTES: number = 512 * 2 ** 20;

/** Names are hexadecimal: none leads out of the folder. */
const NAME = /^[0-9a-f]{1,128}$/;
const TEMPORARY = /^[0-9a-f]{12}\.tmp$/;

/** How old, in ms, a temporary file is that no process writes any more. */
const STALE_MS = 60 * 60 * 1000;

/**
 * The folder of this user's circuits: that of WEFT_CACHE, else one in the system's folder for caches.
 * @returns `undefined` where WEFT_CACHE is empty: no cache is wanted.
 */
export function circuitCacheFolder(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const given = environment['WEFT_CACHE'];
  if (given === '') return undefined;
  return join(given ?? envPaths('weft', { suffix: '' }).cache, `circuits-${PROTOCOL_VERSION}`);
}

interface CachedFile {
  readonly path: string;
  readonly bytes: number;
  /** When it was last saved or loaded, in ms. */
  readonly used: number;
}

/** A folder of circuits, of bounded size: what was not used for longest goes first. It is what a `Folder` takes as its cache. */
export class DiskCircuitCache {
  readonly #folder: string;
  readonly #limit: number;

  /**
   * @param folder - made when something is first saved.
   * @param limit - bytes of all files together.
   */
  constructor(folder: string, limit: number = CACHE_BYTES) {
    this.#folder = folder;
    this.#limit = limit;
  }

  #path(name: string): string {
    if (!NAME.test(name)) throw new RangeError(`${name} is no name of a circuit`);
    return join(this.#folder, name);
  }

  /**
   * The bytes under a name; `undefined` when there are none.
   * @throws {RangeError} for a name that is not hexadecimal.
   */
  async load(name: string): Promise<Uint8Array | undefined> {
    const path = this.#path(name);
    try {
      // What is longer than all may be is no circuit, and not read.
      const { size } = await stat(path);
      if (size > this.#limit) return undefined;
      const bytes = await readFile(path);
      const now = new Date();
      // In a folder that cannot be written to, the order of use is of no use either.
      await utimes(path, now, now).catch(() => {});
      return bytes;
    } catch {
      return undefined;
    }
  }

  /**
   * Keeps bytes under a name, and removes what was not used for longest while all files are more than the limit.
   * @throws {RangeError} for a name that is not hexadecimal. Rejects with the file system's errors.
   */
  async save(name: string, bytes: Uint8Array): Promise<void> {
    const path = this.#path(name);
    if (bytes.length > this.#limit) return;
    // Of this user alone: proofs are made with what stands here.
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await this.#makeRoom(bytes.length, path);
    const temporary = join(this.#folder, `${randomBytes(6).toString('hex')}.tmp`);
    try {
      const file = await open(temporary, 'wx', 0o600);
      try {
        await file.writeFile(bytes);
        // Not synchronised: a file that a crash has cut short is told by its digest.
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    } catch (error) {
      await unlink(temporary).catch(() => {});
      throw error;
    }
  }

  /** Removes files until `bytes` fit. @param replaced - a file that goes anyhow. */
  async #makeRoom(bytes: number, replaced: string): Promise<void> {
    const files = (await this.#files()).filter(({ path }) => path !== replaced);
    let total = files.reduce((sum, file) => sum + file.bytes, bytes);
    for (const file of files.sort((a, b) => a.used - b.used)) {
      if (total <= this.#limit) return;
      await unlink(file.path).catch(() => {});
      total -= file.bytes;
    }
  }

  /** The files of the cache, what other processes are writing included; none that someone else has put there. */
  async #files(): Promise<CachedFile[]> {
    const files: CachedFile[] = [];
    for (const name of await readdir(this.#folder)) {
      const path = join(this.#folder, name);
      const isTemporary = TEMPORARY.test(name);
      if (!isTemporary && !NAME.test(name)) continue;
      const found = await stat(path).catch(() => undefined);
      if (found === undefined || !found.isFile()) continue;
      // What a process left that was killed while it wrote; what one writes now is not to be taken from it.
      if (isTemporary) {
        if (Date.now() - found.mtimeMs > STALE_MS) await unlink(path).catch(() => {});
        continue;
      }
      files.push({ path, bytes: found.size, used: found.mtimeMs });
    }
    return files;
  }
}
