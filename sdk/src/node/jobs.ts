/**
 * @module Journals of jobs in the user's cache folder, beside the circuits: each in a folder of its own.
 */
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ResourceError, WeftError } from '@weft/primitives';
import { type JobIdentity, type JobStore, jobName, type KeptJob } from '../prove/job.ts';
import { JournalError } from '../prove/journal-error.ts';
import { circuitCacheFolder } from './circuit-cache.ts';
import { Journal } from './journal.ts';

const JOB = /^[0-9a-f]{64}$/;

/** @throws {ResourceError} STORE where the user wants no cache. */
function jobsFolder(): string {
  const circuits = circuitCacheFolder();
  if (circuits === undefined) throw new ResourceError('STORE', 'WEFT_CACHE is empty: nothing is kept');
  return join(dirname(circuits), 'jobs');
}

/** @throws {ResourceError} STORE for what the file system throws. */
async function onDisk<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof WeftError) throw error;
    throw new ResourceError('STORE', `cannot ${what}: ${(error as Error).message}`, {}, error);
  }
}

/** Opens the journal of a job. @throws {JournalError} as `Journal.open`; {@link ResourceError} STORE. */
export async function openJob(identity: JobIdentity): Promise<JobStore> {
  const folder = jobsFolder();
  return await onDisk(`keep proofs in ${folder}`, async () => {
    // Of this user alone.
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return await Journal.open(join(folder, jobName(identity)), identity);
  });
}

async function jobFolders(): Promise<string[]> {
  const folder = jobsFolder();
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => JOB.test(name)).map((name) => join(folder, name));
}

export async function keptJobs(): Promise<KeptJob[]> {
  const jobs: KeptJob[] = [];
  for (const folder of await jobFolders()) {
    try {
      const { program } = JSON.parse(await readFile(join(folder, 'job.json'), 'utf8')) as { program: string };
      const proofs = (await readdir(folder)).filter((name) => name.endsWith('.proof'));
      const sizes = await Promise.all(proofs.map(async (name) => (await stat(join(folder, name))).size));
      if (sizes.length === 0) continue;
      jobs.push({ vkHex: program, proofs: sizes.length, bytes: sizes.reduce((a, b) => a + b) });
    } catch {
      // Gone meanwhile, or damaged: a job that nobody can go on from.
    }
  }
  return jobs;
}

export async function clearJobs(): Promise<void> {
  for (const folder of await jobFolders()) {
    try {
      await onDisk(`remove ${folder}`, () => Journal.remove(folder));
    } catch (error) {
      // Another process is at work on it.
      if (!(error instanceof JournalError)) throw error;
    }
  }
}
