/**
 * @module What went wrong, as the library says it; for a trap, where the program was and what it held.
 */
import type { JSX } from 'preact';
import type { Failure } from '../engine/protocol.ts';
import { formatCount } from '../model/format.ts';

interface Properties {
  readonly title: string;
  readonly failure: Failure;
  /** What it means. */
  readonly hint?: string | undefined;
}

export function FailureView({ title, failure, hint }: Properties): JSX.Element {
  return (
    <div class="failure" role="alert">
      <p class="failure-title">
        <strong>{title}</strong> {failure.code && <code class="code">{failure.code}</code>}
      </p>
      <p>{failure.message}</p>
      {hint && <p class="muted">{hint}</p>}
      <TrapDetails details={failure.details} />
    </div>
  );
}

const hex = (value: number, digits = 8): string => `0x${value.toString(16).padStart(digits, '0')}`;

const REGISTERS: readonly string[] =
  'zero ra sp gp tp t0 t1 t2 s0 s1 a0 a1 a2 a3 a4 a5 a6 a7 s2 s3 s4 s5 s6 s7 s8 s9 s10 s11 t3 t4 t5 t6'.split(' ');

interface Place {
  readonly pc: number;
  readonly function?: string;
  readonly file?: string;
  readonly line?: number;
}

const describePlace = ({ pc, function: name, file, line }: Place): string =>
  [hex(pc), name === undefined ? '' : ` in ${name}`, file === undefined ? '' : ` (${file}:${line})`].join('');

/** Figures of an `ExecutionError`; nothing for errors that have none. */
function TrapDetails({ details }: { readonly details: Failure['details'] }): JSX.Element | null {
  if (details === undefined || !Array.isArray(details['registers'])) return null;
  const { pc, cycle, instruction, address, registers, stack } = details as {
    pc: number;
    cycle: number;
    instruction?: string;
    address?: number;
    registers: readonly number[];
    stack?: readonly Place[];
  };
  return (
    <>
      <dl class="facts">
        <div>
          <dt>At</dt>
          <dd>
            <code>{describePlace(details as unknown as Place)}</code>
          </dd>
        </div>
        {instruction !== undefined && (
          <div>
            <dt>Instruction</dt>
            <dd>
              <code>{instruction}</code>
            </dd>
          </div>
        )}
        {address !== undefined && (
          <div>
            <dt>Address</dt>
            <dd>
              <code>{hex(address)}</code>
            </dd>
          </div>
        )}
        <div>
          <dt>After</dt>
          <dd>{formatCount(cycle)} cycles</dd>
        </div>
      </dl>
      {stack !== undefined && stack.length > 0 && (
        <details>
          <summary>Call stack</summary>
          <ol class="stack" start={0}>
            {[{ pc, ...details } as Place, ...stack].map((place, i) => (
              <li key={`${i} ${place.pc}`}>
                <code>{describePlace(place)}</code>
              </li>
            ))}
          </ol>
        </details>
      )}
      <details>
        <summary>Registers</summary>
        <dl class="registers">
          {registers.map((value, i) => (
            <div key={REGISTERS[i]}>
              <dt>{REGISTERS[i]}</dt>
              <dd>{hex(value)}</dd>
            </div>
          ))}
        </dl>
      </details>
    </>
  );
}
