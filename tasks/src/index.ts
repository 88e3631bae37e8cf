/**
 * @module Running named tasks on bytes, somewhere. `@weft/tasks/node/piscina-runner` runs them on threads of this process.
 */
export * from './runner.ts';
