/**
 * @module Bytes and errors: what every other package needs of this one. The rest is imported by its path.
 */
export { isBytes } from './arguments.ts';
export { bytesToFelts, bytesToHex, concatBytes, copyIfBytes, feltsToBytes, hexToBytes, plainView } from './bytes.ts';
export * from './errors.ts';
