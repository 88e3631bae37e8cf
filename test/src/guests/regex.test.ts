/** The automaton of the example against JavaScript's regular expressions. */
import { expect, it } from 'vitest';
import { runGuest } from '../support/guest-runs.ts';
import { text } from '../support/values.ts';

const SALT = new Uint8Array(32);

/** Patterns, and texts of which some match and some do not. */
const CASES: readonly (readonly [pattern: string, ...texts: string[]])[] = [
  ['abc', 'xabcx', 'ab', 'abd', ''],
  ['^abc$', 'abc', 'xabc', 'abcx'],
  ['a|b|^$', '', 'xb', 'c'],
  ['(a|b)*c', 'abbac', 'abba'],
  ['^(a|b)*$', 'abba', 'abca', ''],
  ['^a{3}$', 'aaa', 'aa', 'aaaa'],
  ['^a{2,}$', 'aa', 'a', 'aaaaa'],
  ['^(ab){1,3}$', 'ab', 'ababab', 'abababab', ''],
  ['^a?b+c*$', 'b', 'abbcc', 'aab', 'ac'],
  ['^(a*)*b$', 'aaaaaaaaac', 'aab'],
  ['^(a?){20}a{20}$', 'aaaaaaaaaaaaaaaaaaaa', 'aaaaaaaaaaaaaaaaaaa'],
  ['^.$', 'a', '\n', '\r', 'ab'],
  ['^[a-c0]+$', 'abc0', 'd', '-'],
  ['^[^a-c]+$', 'xyz', 'xay', '\n'],
  ['^[-a]+$', '-a', 'b'],
  ['^[a-]+$', '-a', 'b'],
  ['^[\\d.]+$', '1.5', 'x', '\\'],
  ['^\\d\\D\\w\\W\\s\\S$', '1a_! x', '11_! x', '1a!! x', '1a__ x', '1a_!xx', '1a_!  '],
  ['^\\.\\*\\\\\\$\\^\\[\\]\\(\\)\\{\\}\\|\\?\\+\\/$', '.*\\$^[](){}|?+/', 'a*\\$^[](){}|?+/'],
  ['^\\t\\n$', '\t\n', 'tn'],
  ['^(?:ab|cd)(?:ef)?$', 'abef', 'cd', 'abcd'],
  ['a$|^b', 'xa', 'bx', 'ax', 'xb'],
  ['^(a|[])$', '', 'a'],
  ['^[^]$', '\n', ''],
  ['^((((a))))$', 'a', 'b'],
  ['()', 'x', ''],
  ['^x{0}$', '', 'x'],
];

it.each(CASES)('%s', (pattern, ...texts) => {
  const expected = texts.map((of) => new RegExp(pattern).test(of));
  // One that matches all or nothing would say little.
  if (pattern !== '()') expect(new Set(expected).size).toBe(2);
  const found = texts.map((of) => runGuest('regex-match', [text(pattern), SALT, text(of)]).exitCode === 0);
  expect(found).toEqual(expected);
});

it.each([
  '(a',
  'a)',
  '[a',
  '*',
  'a**',
  'a{',
  'a{1',
  'a{2,1}',
  'a{1001}',
  '\\',
  '\\q',
  '\\1',
  '[z-a]',
  '(?=a)',
  'a{1000}{1000}',
  '^*',
  ']',
])('no pattern: %s', (pattern) => {
  expect(runGuest('regex-match', [text(pattern), SALT, text('a')]).exitCode).toBe(1);
});
