/**
 * @module Completion of the command line in shells. What there is to complete is read from the commands' own definitions; the scripts
 * ask for it, and hand no word of the command line to a shell a second time, as those of libraries do.
 */
import type { Command, Option } from 'commander';
import type { Outcome } from './commands.ts';
import { UsageError } from './io.ts';

/** The last line of an answer: whether files are candidates too. */
const [FILES, NO_FILES] = [':files', ':none'];

const BASH = `# Completion of weft in bash: eval "$(weft completion bash)"
_weft() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      ${FILES}) ;;
      # Bash before 4 has no way to leave files out.
      ${NO_FILES}) compopt +o default 2>/dev/null ;;
      *) COMPREPLY+=("\${line%%$'\\t'*}") ;;
    esac
  done < <(weft complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _weft weft`;

const ZSH = `#compdef weft
# Completion of weft in zsh: eval "$(weft completion zsh)", after compinit
_weft() {
  local line
  local -a candidates
  local -i files=0
  while IFS= read -r line; do
    case $line in
      ${FILES}) files=1 ;;
      ${NO_FILES}) ;;
      *) candidates+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done < <(weft complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#candidates} )); then _describe weft candidates; fi
  if (( files )); then _files; fi
}
if [[ "\${funcstack[1]}" == _weft ]]; then _weft "$@"; else compdef _weft weft; fi`;

const FISH = `# Completion of weft in fish: weft completion fish | source
function __weft_complete
  set -l words (commandline --tokenize --cut-at-cursor --current-process) (commandline --current-token --cut-at-cursor)
  set -l lines (weft complete -- $words[2..] 2>/dev/null)
  string match --invert --regex '^:' -- $lines
  if contains -- ${FILES} $lines
    __fish_complete_path (commandline --current-token --cut-at-cursor)
  end
end
complete --command weft --no-files --arguments '(__weft_complete)'`;

const SCRIPTS: Readonly<Record<string, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
const SHELLS = Object.keys(SCRIPTS);

/** The script that a shell loads. @throws {UsageError} USAGE */
export function completionCommand(shell: string): Outcome {
  const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell]! : undefined;
  if (script === undefined)
    throw new UsageError('USAGE', `there is completion for ${SHELLS.join(', ')}, not for ${shell}`);
  return { json: { shell, script }, text: [script] };
}

/** What may stand in a place. */
interface Offer {
  /** Value and description. */
  readonly values: readonly (readonly [value: string, description: string])[];
  readonly files: boolean;
}

const NOTHING: Offer = { values: [], files: false };
const A_FILE: Offer = { values: [], files: true };
const oneOf = (values: readonly string[]): Offer => ({ values: values.map((value) => [value, '']), files: false });

/** Options of a command and of the program, the hidden ones apart. */
function optionsOf(command: Command): readonly Option[] {
  const { parent } = command;
  const own = command.createHelp().visibleOptions(command);
  const shared = parent === null ? [] : parent.createHelp().visibleOptions(parent);
  return [...own, ...shared.filter(({ long }) => own.every((option) => option.long !== long))];
}

const takesValue = ({ required, optional }: Option): boolean => required || optional;
const find = (options: readonly Option[], word: string): Option | undefined =>
  options.find(({ long, short }) => long === word || short === word);

function offerOfOption({ argChoices, flags }: Option): Offer {
  if (argChoices !== undefined) return oneOf(argChoices);
  return /<(file|folder)>/.test(flags) ? A_FILE : NOTHING;
}

/** What the last of the words may be, given those before it. */
function offerAfter(program: Command, before: readonly string[], last: string): Offer {
  let command = program;
  let place = 0;
  for (let i = 0; i < before.length; i++) {
    const word = before[i]!;
    const option = find(optionsOf(command), word);
    if (option !== undefined && takesValue(option)) {
      i++;
      if (i === before.length) return offerOfOption(option);
    } else if (!word.startsWith('-') || word === '-') {
      if (command !== program) place++;
      else command = program.commands.find((c) => c.name() === word) ?? program;
    }
  }
  const options = optionsOf(command);
  const [, name] = /^(--[^=]+)=/.exec(last) ?? [];
  if (name !== undefined) {
    const option = find(options, name);
    const { values } = option === undefined ? NOTHING : offerOfOption(option);
    return { values: values.map(([value, text]) => [`${name}=${value}`, text]), files: false };
  }
  if (last.startsWith('-') && last !== '-') {
    const named = options.flatMap(({ long, short, description }) =>
      [long, short].filter((flag) => flag != null).map((flag) => [flag, description] as const),
    );
    return { values: named, files: false };
  }
  if (command === program) {
    const commands = program.createHelp().visibleCommands(program);
    return { values: commands.map((c) => [c.name(), c.description()]), files: false };
  }
  if (command.name() === 'completion') return place === 0 ? oneOf(SHELLS) : NOTHING;
  return place < command.registeredArguments.length ? A_FILE : NOTHING;
}

/**
 * Candidates for the last of the words, one a line with its description behind a tab, and a line that says whether files are too.
 * @param words - of the command line so far, without `weft`; the last may be empty.
 */
export function complete(program: Command, words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  const { values, files } = offerAfter(program, words.slice(0, -1), last);
  const candidates = values.filter(([value]) => value.startsWith(last));
  const lines = candidates.map(([value, description]) => `${value}\t${description.replaceAll(/\s+/g, ' ')}`);
  return [...lines, files ? FILES : NO_FILES, ''].join('\n');
}
