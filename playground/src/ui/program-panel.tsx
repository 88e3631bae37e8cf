import type { JSX } from 'preact';
import type { Example } from '../model/example.ts';
import { formatBytes } from '../model/format.ts';
import { chooseExample, chooseFile, program, programFailure, wanted } from '../model/program.ts';
import { Copyable } from './copyable.tsx';
import { DropZone } from './drop-zone.tsx';
import { FailureView } from './failure-view.tsx';

export function ProgramPanel({ examples }: { readonly examples: readonly Example[] }): JSX.Element {
  const current = program.value;
  return (
    <section class="panel" aria-labelledby="program-title">
      <h2 id="program-title">Program</h2>
      <fieldset class="examples">
        <legend>Examples</legend>
        <div class="example-list">
          {examples.map((example) => (
            <label key={example.name} class="example">
              <input
                type="radio"
                name="example"
                checked={wanted.value?.name === example.name}
                onChange={() => void chooseExample(example)}
              />
              <span class="example-name">{example.name}</span>
              <span class="example-language">{example.language}</span>
              <span class="example-sentence">{example.sentence}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <DropZone
        label="Open an ELF file"
        chosen={current !== undefined && current.example === undefined ? current.name : undefined}
        onFile={(file) => void chooseFile(file)}
      />
      {programFailure.value && (
        <FailureView
          title={`${programFailure.value.name} is no program for Weft`}
          failure={programFailure.value.failure}
        />
      )}
      {current && (
        <dl class="facts">
          <div>
            <dt>Program</dt>
            <dd>
              {current.name}, {formatBytes(current.elf.length)}
            </dd>
          </div>
          <div>
            <dt>Verifying key</dt>
            <dd>{current.vk && <Copyable label="verifying key" text={current.vk} />}</dd>
          </div>
        </dl>
      )}
    </section>
  );
}
