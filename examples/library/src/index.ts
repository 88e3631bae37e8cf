/**
 * @module Worked examples of the public API, one function a file.
 */
export * from './execute.ts';
export * from './prove.ts';
export * from './setup.ts';
export * from './verify.ts';
