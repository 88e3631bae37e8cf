/**
 * @module The command in this process, with what it writes.
 */
import { main } from '@weft/cli/main';

export interface CommandRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export async function weft(...args: string[]): Promise<CommandRun> {
  let [out, err] = ['', ''];
  const decode = (x: string | Uint8Array): string => (typeof x === 'string' ? x : new TextDecoder().decode(x));
  const code = await main(args, {
    out: (x) => void (out += decode(x)),
    err: (x) => void (err += decode(x)),
    isInteractive: false,
  });
  return { code, out, err };
}
