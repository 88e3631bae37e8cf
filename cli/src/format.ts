/**
 * @module Numbers as people write them.
 */
import { InvalidArgumentError } from 'commander';

const UNITS = ['', 'K', 'M', 'G', 'T'];

/** 1.5GB, as `--memory` takes it: powers of 1024. */
export const formatBytes = (bytes: number): string => inUnits(bytes, Math.round);

/** A size that is not less than `bytes`: what is said to be needed must suffice. */
export const formatBytesUp = (bytes: number): string => inUnits(bytes, Math.ceil);

function inUnits(bytes: number, round: (x: number) => number): string {
  let unit = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(bytes, 1)) / 10)));
  const rounded = (): number => {
    const value = bytes / 1024 ** unit;
    return unit < 2 || value >= 100 ? round(value) : round(value * 10) / 10;
  };
  // 1023.7 of one unit is one of the next.
  if (rounded() >= 1024 && unit < UNITS.length - 1) unit++;
  return `${rounded()}${UNITS[unit]}B`;
}

/** 1 h 02 min, 3 min 20 s, 12 s. */
export function formatTime(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const two = (n: number): string => `${n}`.padStart(2, '0');
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)} h ${two(Math.floor(seconds / 60) % 60)} min`;
  return seconds >= 60 ? `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s` : `${seconds} s`;
}

/** Bytes from "2GB", "512MB", "1.5g" or a plain number; units are powers of 1024. @throws {InvalidArgumentError} */
export function parseSize(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text.trim()) ?? [];
  const bytes = Math.floor(Number(digits) * 1024 ** UNITS.indexOf((unit ?? '').toUpperCase()));
  if (digits === undefined || !Number.isSafeInteger(bytes) || bytes < 1)
    throw new InvalidArgumentError('a size such as 2GB or 512MB');
  return bytes;
}
