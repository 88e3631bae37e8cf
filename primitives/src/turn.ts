/**
 * @module Letting the event loop turn, so that messages and aborts arrive in the middle of long work.
 */

/** Node has it; browsers do not. */
declare const setImmediate: ((work: () => void) => unknown) | undefined;

/** Resolves in a later turn of the event loop, as soon as there is one. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') return void setImmediate(resolve);
    // Timers of a page wait four milliseconds; its messages do not.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
