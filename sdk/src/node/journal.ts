/**
 * @module The journal of a job: a folder with a file per finished shard, each durable before it counts. Whatever it holds
 * is verified when a job goes on from it, so damage costs work but never makes a bad proof.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, concatBytes, ResourceError } from '@weft/primitives';
import { PROTOCOL_VERSION } from '@weft/prover/protocol/key';
import type { ShardStore } from '../prove/coordinator.ts';

/** What a job's shards depend on. */
export interface JobIdentity {
  /** The verifying key's digest, hexadecimal. */
  readonly vk: string;
  readonly stdin: readonly Uint8Array[];
  /** log2 of the cells of a full shard. */
  readonly variables: number;
}

/** The file operations of a journal; tests put failing ones here. */
export interface JournalFiles {
  /** Writes a whole file or none, and waits until it is on the disk. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** @returns `undefined` when there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
}

/** The journal is there, but of another job: `details.differs` names in what. */
export class JournalError extends ResourceError {}

/** Makes a folder's entries durable, where the system can. */
async function syncFolder(path: string): Promise<void> {
  let folder: Awaited<ReturnType<typeof open>> | undefined;
  try {
    folder = await open(path, 'r');
    await folder.sync();
  } catch {
    // Windows cannot synchronise folders; the file itself is safe.
  } finally {
    await folder?.close();
  }
}

/**
 * Writes what `chunks` gives to a temporary file, synchronises it and renames it to `path`.
 * @param folder - of the temporary file; on the same file system.
 */
export async function writeDurably(
  path: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  folder: string = dirname(path),
): Promise<void> {
  const temporary = join(folder, `${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  const file = await open(temporary, 'wx');
  try {
    try {
      for await (const chunk of chunks) {
        for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(path));
}

const DISK: JournalFiles = {
  write: (path, bytes) => writeDurably(path, [bytes]),
  read: async (path) => {
    try {
      return new Uint8Array(await readFile(path));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  },
};

/** Fields of the job file, in its words for messages. */
function describe({ vk, stdin, variables }: JobIdentity): Readonly<Record<string, string>> {
  const input = sha256.create();
  for (const item of stdin) {
    // Hashing each item by itself keeps ["ab"] and ["a", "b"] apart.
    input.update(sha256(item));
  }
  return {
    version: `${PROTOCOL_VERSION}`,
    program: vk,
    input: bytesToHex(input.digest()),
    shape: `2^${variables}`,
  };
}

export class Journal implements ShardStore {
  readonly #folder: string;
  readonly #files: JournalFiles;

  private constructor(folder: string, files: JournalFiles) {
    this.#folder = folder;
    this.#files = files;
  }

  /**
   * Opens the journal of a job, making it if need be.
   * @throws {JournalError} JOURNAL when the folder holds another job's.
   * @throws the file system's errors.
   */
  static async open(folder: string, identity: JobIdentity, files: JournalFiles = DISK): Promise<Journal> {
    await mkdir(folder, { recursive: true });
    await syncFolder(dirname(folder));
    // What writes that were cut off left behind.
    for (const name of await readdir(folder)) if (name.endsWith('.tmp')) await rm(join(folder, name), { force: true });
    const path = join(folder, 'job.json');
    const ours = describe(identity);
    const theirs = parseJob(await files.read(path));
    if (theirs !== undefined) {
      const differs = Object.keys(ours).filter((name) => ours[name] !== theirs[name]);
      if (differs.length > 0) {
        const message = `the journal ${folder} is of a job with another ${differs.join(', another ')}`;
        throw new JournalError('JOURNAL', message, { folder, differs });
      }
    } else {
      // Missing or damaged: what the shard files hold is checked one by one.
      await files.write(path, new TextEncoder().encode(`${JSON.stringify(ours, null, 2)}\n`));
    }
    return new Journal(folder, files);
  }

  /** Whether a folder holds the beginnings of a job. */
  static async exists(folder: string): Promise<boolean> {
    return (await DISK.read(join(folder, 'job.json'))) !== undefined;
  }

  static async remove(folder: string): Promise<void> {
    await rm(folder, { recursive: true, force: true });
  }

  #path(index: number): string {
    return join(this.#folder, `${`${index}`.padStart(8, '0')}.shard`);
  }

  async load(index: number): Promise<Uint8Array | undefined> {
    const bytes = await this.#files.read(this.#path(index));
    if (bytes === undefined || bytes.length < 32) return undefined;
    const proof = bytes.slice(32);
    return sha256(proof).every((b, i) => b === bytes[i]) ? proof : undefined;
  }

  async save(index: number, proof: Uint8Array): Promise<void> {
    await this.#files.write(this.#path(index), concatBytes(sha256(proof), proof));
  }
}

/** `undefined` for what is no job file. */
function parseJob(bytes: Uint8Array | undefined): Record<string, unknown> | undefined {
  if (bytes === undefined) return undefined;
  try {
    const job: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof job === 'object' && job !== null ? (job as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
