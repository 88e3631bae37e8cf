import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { formatBytes, formatCount } from '../model/format.ts';
import { addItem, asKind, changeItem, type Item, type ItemKind, items, parseItem, removeItem } from '../model/input.ts';
import { DropZone } from './drop-zone.tsx';

const KINDS: readonly ItemKind[] = ['text', 'hex', 'file'];

export function InputPanel(): JSX.Element {
  return (
    <section class="panel" aria-labelledby="input-title">
      <div class="panel-head">
        <h2 id="input-title">Input</h2>
        <button
          type="button"
          onClick={() => {
            const id = addItem();
            // Once it is there.
            requestAnimationFrame(() => document.getElementById(`item-${id}`)?.focus());
          }}
        >
          Add an item
        </button>
      </div>
      {items.value.length === 0 && <p class="empty">No items: the program finds its standard input empty.</p>}
      {items.value.map((item) => (
        <ItemView key={item.id} item={item} />
      ))}
    </section>
  );
}

function ItemView({ item }: { readonly item: Item }): JSX.Element {
  const group = useId();
  const parsed = parseItem(item);
  const problem = 'problem' in parsed ? parsed.problem : undefined;
  const note = problem ?? ('bytes' in parsed ? formatBytes(parsed.bytes.length) : '');
  const typed = item.kind === 'hex' ? item.hex : item.text;
  const rows = Math.min(6, Math.max(1, typed.split('\n').length, Math.ceil(typed.length / 46)));
  return (
    <fieldset class="item">
      <legend>{item.label}</legend>
      <div class="item-head">
        <fieldset class="segments">
          <legend class="visually-hidden">{`Kind of ${item.label}`}</legend>
          {KINDS.map((kind) => (
            <label key={kind}>
              <input
                type="radio"
                name={group}
                checked={item.kind === kind}
                onChange={() => changeItem(item.id, asKind(item, kind))}
              />
              <span>{kind}</span>
            </label>
          ))}
        </fieldset>
        <span class={`item-note${problem === undefined ? '' : ' is-problem'}`} id={`${group}-note`}>
          {note}
        </span>
        <button type="button" class="quiet" aria-label={`Remove ${item.label}`} onClick={() => removeItem(item.id)}>
          remove
        </button>
      </div>
      {item.kind === 'file' ? (
        <DropZone
          label="Choose a file"
          chosen={item.file && `${item.file.name}, ${formatCount(item.file.bytes.length)} bytes`}
          onFile={async (file) => {
            const bytes = new Uint8Array(await file.arrayBuffer());
            changeItem(item.id, { file: { name: file.name, bytes } });
          }}
        />
      ) : (
        <textarea
          id={`item-${item.id}`}
          class={item.kind === 'hex' ? 'is-code' : undefined}
          aria-label={item.label}
          aria-describedby={`${group}-note`}
          aria-invalid={problem !== undefined}
          rows={rows}
          spellcheck={false}
          autocomplete="off"
          value={typed}
          onInput={({ currentTarget }) => changeItem(item.id, { [item.kind]: currentTarget.value })}
        />
      )}
    </fieldset>
  );
}
