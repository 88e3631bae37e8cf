/**
 * @module Jobs in a page's database: each proof is durable before it counts, and what is kept is verified when a job goes on from it. Jobs
 * lie apart by name, so none is in another's way.
 */
import { ResourceError, WeftError } from '@weft/primitives';
import { lockManager } from '@weft/tasks/browser/web';
import { type JobIdentity, type JobStore, jobName, type KeptJob, sealProof, unsealProof } from '../prove/job.ts';
import { JournalError } from '../prove/journal-error.ts';
import { type Database, openDatabase } from './database.ts';

declare const IDBKeyRange: { bound(lower: readonly string[], upper: readonly string[]): never };

/** All keys of a job's proofs. */
const proofsOf = (job: string): never => IDBKeyRange.bound([job, ''], [job, '\uffff']);
const lockName = (job: string): string => `weft-job-${job}`;

/** Works on the database. @throws {ResourceError} STORE with the browser's reason. */
async function kept<T>(what: string, work: (database: Database) => Promise<T>): Promise<T> {
  try {
    return await work(await openDatabase());
  } catch (error) {
    if (error instanceof WeftError) throw error;
    const { name, message } = error as Error;
    const reason = message === '' ? name : message;
    throw new ResourceError('STORE', `the browser cannot ${what}: ${reason}`, { reason: name }, error);
  }
}

/**
 * Takes a job for this page.
 * @returns what lets others at it; `undefined` when another page is at work on it.
 */
async function lockJob(job: string): Promise<(() => void) | undefined> {
  const locks = lockManager();
  // A page that is not served securely cannot tell: what two pages keep of a job is the same.
  if (locks === undefined) return () => {};
  return await new Promise((resolve, reject) => {
    const request = locks.request(lockName(job), { ifAvailable: true }, (lock) => {
      if (lock === null) return resolve(undefined);
      return new Promise<void>((release) => resolve(release));
    });
    request.catch(reject);
  });
}

/**
 * Opens what is kept of a job.
 * @throws {JournalError} JOURNAL_BUSY when another page is at work on it. {@link ResourceError} STORE where a page may keep nothing.
 */
export async function openJob(identity: JobIdentity): Promise<JobStore> {
  const job = jobName(identity);
  const release = await lockJob(job);
  if (release === undefined) throw new JournalError('JOURNAL_BUSY', 'another page is at work on this job', { job });
  try {
    await kept('keep proofs', (database) => database.put('jobs', { vkHex: identity.vk }, job));
  } catch (error) {
    release();
    throw error;
  }
  let isFinished = false;
  const load = async (name: string): Promise<Uint8Array | undefined> =>
    unsealProof(await kept(`load the proof ${name}`, (database) => database.get('proofs', [job, name])));
  const names = (): Promise<string[]> =>
    kept('list proofs', async (database) =>
      (await database.getAllKeys('proofs', proofsOf(job))).map(([, name]) => name),
    );
  return {
    load,
    save: (name, proof) =>
      kept(`keep the proof ${name}`, async (database) => {
        const transaction = database.transaction('proofs', 'readwrite', { durability: 'strict' });
        await Promise.all([transaction.store.put(sealProof(proof), [job, name]), transaction.done]);
      }),
    contents: async () => {
      let [shards, steps, damaged] = [0, 0, 0];
      for (const name of await names()) {
        if ((await load(name)) === undefined) damaged++;
        else if (name.startsWith('shard-')) shards++;
        else steps++;
      }
      return { shards, steps, damaged };
    },
    close: async () => {
      // What is kept there now may be another's.
      if (isFinished) return;
      try {
        if ((await names()).length === 0) await remove(job);
      } finally {
        release();
      }
    },
    finish: async () => {
      isFinished = true;
      try {
        await remove(job);
      } finally {
        release();
      }
    },
  };
}

const remove = (job: string): Promise<void> =>
  kept('remove proofs', async (database) => {
    const transaction = database.transaction(['jobs', 'proofs'], 'readwrite');
    const removed = [
      transaction.objectStore('jobs').delete(job),
      transaction.objectStore('proofs').delete(proofsOf(job)),
    ];
    await Promise.all([...removed, transaction.done]);
  });

export async function keptJobs(): Promise<KeptJob[]> {
  return await kept('list jobs', async (database) => {
    const jobs: KeptJob[] = [];
    for (const job of await database.getAllKeys('jobs')) {
      const vkHex = (await database.get('jobs', job))?.vkHex;
      const proofs = await database.getAll('proofs', proofsOf(job));
      if (vkHex === undefined || proofs.length === 0) continue;
      jobs.push({ vkHex, proofs: proofs.length, bytes: proofs.reduce((sum, { length }) => sum + length, 0) });
    }
    return jobs;
  });
}

export async function clearJobs(): Promise<void> {
  for (const job of await kept('list jobs', (database) => database.getAllKeys('jobs'))) {
    const release = await lockJob(job);
    if (release === undefined) continue;
    try {
      await remove(job);
    } finally {
      release();
    }
  }
}
