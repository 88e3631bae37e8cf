/**
 * @module What a thread runs first: loads the module of its tasks by `import()`. Piscina would `require` it, and Node ends the whole process
 * with a fatal error when a thread is ended while it does: a run that is interrupted just as its threads start.
 */
type Tasks = Readonly<Record<string | symbol, (message: unknown) => unknown>>;

const loaded: Promise<Tasks> = import(process.argv[2]!);
// Whoever has a task for it hears of it.
loaded.catch(() => undefined);

/** Has every task: which there are is known when the module is there. */
const tasks: object = new Proxy(
  { __esModule: true },
  {
    get: (own, name) => {
      if (name in own) return true;
      // A promise of it is one of no other thing.
      if (name === 'then') return undefined;
      return async (message: unknown) => await (await loaded)[name]!(message);
    },
  },
);

module.exports = tasks;
