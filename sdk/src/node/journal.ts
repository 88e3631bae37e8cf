/**
 * @module The journal of a job: a folder with a file per finished proof, each durable before it counts. Whatever it holds
 * is verified when a job goes on from it, so damage costs work but never makes a bad proof.
 */
import { lstat, mkdir, readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  describeJob,
  type JobContents,
  type JobIdentity,
  type JobStore,
  sealProof,
  unsealProof,
} from '../prove/job.ts';
import { JournalError } from '../prove/journal-error.ts';
import { type FolderLock, LOCK_FILE, lockFolder } from './lock.ts';
import { syncFolder, writeDurably } from './output.ts';

/** The file operations of a journal; tests put failing ones here. */
export interface JournalFiles {
  /** Writes a whole file or none, and waits until it is on the disk. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** @returns `undefined` when there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
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

/** What a journal consists of; nothing else in its folder is ever touched. */
const OURS = /^(job\.json|(shard|fold)-\d+\.proof|[0-9a-f]{12}\.tmp|lock(\.[0-9a-f]{24}\.tmp)?)$/;
/** A proof's file, and its name in the store. */
const PROOF = /^((shard|fold)-\d+)\.proof$/;
const CUT_OFF = /\.tmp$/;

export class Journal implements JobStore {
  readonly #folder: string;
  readonly #files: JournalFiles;
  readonly #lock: FolderLock;
  #isFinished = false;

  private constructor(folder: string, files: JournalFiles, lock: FolderLock) {
    this.#folder = folder;
    this.#files = files;
    this.#lock = lock;
  }

  /**
   * Opens the journal of a job, making it if need be, and locks it.
   * @throws {JournalError} JOURNAL when the folder holds another job's, or is none of Weft's; JOURNAL_BUSY when another
   * process is at work on it. Nothing is touched then.
   * @throws the file system's errors.
   */
  static async open(folder: string, identity: JobIdentity, files: JournalFiles = DISK): Promise<Journal> {
    await assertOurs(folder);
    // Not recursive: where no folder can be made, as below /proc, Node would try for ever.
    await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    await syncFolder(dirname(folder));
    try {
      return await Journal.#locked(folder, identity, files);
    } catch (error) {
      // Goes when nothing is in it.
      await rmdir(folder).catch(() => {});
      throw error;
    }
  }

  static async #locked(folder: string, identity: JobIdentity, files: JournalFiles): Promise<Journal> {
    const lock = await lockFolder(folder);
    if (lock === undefined) throw new JournalError('JOURNAL_BUSY', `another weft is at work on ${folder}`, { folder });
    try {
      // What writes that were cut off left behind.
      for (const name of await readdir(folder))
        if (OURS.test(name) && CUT_OFF.test(name)) await rm(join(folder, name), { force: true });
      const path = join(folder, 'job.json');
      const ours = describeJob(identity);
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
      return new Journal(folder, files, lock);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /**
   * Whether a folder holds finished proofs of a job.
   * @throws {JournalError} JOURNAL when it is none of Weft's.
   */
  static async exists(folder: string): Promise<boolean> {
    await assertOurs(folder);
    const names = await readdir(folder).catch(() => []);
    return names.some((name) => PROOF.test(name));
  }

  /**
   * Removes what Weft made in a folder, and the folder when nothing else is in it.
   * @throws {JournalError} JOURNAL_BUSY when another process is at work on it.
   */
  static async remove(folder: string): Promise<void> {
    await assertOurs(folder);
    if ((await lstat(folder).catch(() => undefined)) === undefined) return;
    const lock = await lockFolder(folder);
    if (lock === undefined) throw new JournalError('JOURNAL_BUSY', `another weft is at work on ${folder}`, { folder });
    await removeFiles(folder);
    await lock.release();
    await rmdir(folder).catch(() => {});
  }

  /** Counts what is in the journal. */
  async contents(): Promise<JobContents> {
    let [shards, steps, damaged] = [0, 0, 0];
    for (const name of await readdir(this.#folder)) {
      const [, proof, kind] = PROOF.exec(name) ?? [];
      if (proof === undefined) continue;
      if ((await this.load(proof)) === undefined) damaged++;
      else if (kind === 'shard') shards++;
      else steps++;
    }
    return { shards, steps, damaged };
  }

  /** Lets others at the journal, which stays if there is a finished proof in it. */
  async close(): Promise<void> {
    // What stands there now may be another's.
    if (this.#isFinished) return;
    const names = await readdir(this.#folder).catch(() => []);
    if (names.some((name) => PROOF.test(name))) await this.#lock.release();
    else if (names.length > 0) await this.finish();
  }

  /** Ends the job: removes the journal. */
  async finish(): Promise<void> {
    this.#isFinished = true;
    await removeFiles(this.#folder);
    await this.#lock.release();
    await rmdir(this.#folder).catch(() => {});
  }

  /** @throws {RangeError} for a name that no proof of a job has: it might lead elsewhere. */
  #path(name: string): string {
    const file = `${name}.proof`;
    if (!PROOF.test(file)) throw new RangeError(`a journal holds no proof ${name}`);
    return join(this.#folder, file);
  }

  async load(name: string): Promise<Uint8Array | undefined> {
    return unsealProof(await this.#files.read(this.#path(name)));
  }

  async save(name: string, proof: Uint8Array): Promise<void> {
    await this.#files.write(this.#path(name), sealProof(proof));
  }
}

/** Deletes the files of a journal but its lock. */
async function removeFiles(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (OURS.test(name) && name !== LOCK_FILE) await rm(join(folder, name), { force: true });
}

/** A folder with anything else in it is a person's, and stays as it is. @throws {JournalError} JOURNAL */
async function assertOurs(folder: string): Promise<void> {
  const refuse = (what: string): never => {
    throw new JournalError('JOURNAL', `${folder} is in the way of the journal: it ${what}`, { folder });
  };
  const there = await lstat(folder).catch(() => undefined);
  if (there === undefined) return;
  if (!there.isDirectory()) return refuse('is no folder');
  const foreign = (await readdir(folder)).find((name) => !OURS.test(name));
  if (foreign !== undefined) refuse(`holds ${foreign}, which Weft did not make`);
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
