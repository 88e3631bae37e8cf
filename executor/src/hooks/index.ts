/**
 * @module All hooks, those of SP1 versions 1 to 3 below descriptor 10, those of versions 4 and 5 above.
 */
import { ECDSA_HOOKS } from './ecdsa.ts';
import { EDWARDS_HOOKS } from './edwards.ts';
import { FIELD_HOOKS } from './fields.ts';
import type { Hook } from './hook.ts';

const HOOKS: ReadonlyMap<number, Hook> = new Map(
  [...ECDSA_HOOKS, ...EDWARDS_HOOKS, ...FIELD_HOOKS].map((hook) => [hook.descriptor, hook]),
);

/** The hook behind a descriptor of WRITE, if it has one. */
export function hookOf(descriptor: number): Hook | undefined {
  return HOOKS.get(descriptor);
}
