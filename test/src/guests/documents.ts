/**
 * @module Oracles of the examples that make a part of a signed document public: JSON.parse and RegExp, signatures by @noble/curves and node:crypto.
 */
import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { concatBytes } from '@noble/curves/utils.js';
import { text } from '../support/values.ts';
import { flipped, type Oracle, replaced } from './oracle.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What a JSON pointer (RFC 6901) leads to. */
function follow(value: Json | undefined, pointer: string): Json | undefined {
  if (pointer === '') return value;
  if (!pointer.startsWith('/')) return undefined;
  const keys = pointer
    .slice(1)
    .split('/')
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  return keys.reduce<Json | undefined>((of, key) => {
    if (typeof of !== 'object' || of === null) return undefined;
    if (Array.isArray(of)) return /^(0|[1-9]\d*)$/.test(key) ? of[Number(key)] : undefined;
    return Object.hasOwn(of, key) ? (of as Record<string, Json>)[key] : undefined;
  }, value);
}

/** The guest keeps the members of an object in the order of their names. */
function sorted(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}

function parsed(json: string): Json | undefined {
  try {
    return JSON.parse(json) as Json;
  } catch {
    return undefined;
  }
}

const behindLength = (of: string): Uint8Array => {
  const bytes = text(of);
  return concatBytes(new Uint8Array(Uint32Array.of(bytes.length).buffer), bytes);
};

/** An issuer of the tests' own, for documents that are signed and wrong. */
const SECRET = new Uint8Array(32).fill(9);
const signedItems = (document: Uint8Array, pointer: string): Uint8Array[] => [
  ed25519.getPublicKey(SECRET),
  document,
  ed25519.sign(document, SECRET),
  text(pointer),
];

export const jsonField: Oracle = {
  answer: ([key, document, signature, pointer]) => {
    if (key!.length !== 32 || signature!.length !== 64 || !ed25519.verify(signature!, document!, key!))
      return undefined;
    const path = new TextDecoder().decode(pointer);
    const field = follow(parsed(new TextDecoder().decode(document)), path);
    return field === undefined
      ? undefined
      : concatBytes(key!, behindLength(path), behindLength(JSON.stringify(sorted(field))));
  },
  cheats: (stdin) => ({
    'a document that was changed': replaced(stdin, 1, flipped(stdin[1]!, 20)),
    'another signer': replaced(stdin, 0, ed25519.getPublicKey(SECRET)),
    'another signature': replaced(stdin, 2, flipped(stdin[2]!, 3)),
    'a field that is not there': replaced(stdin, 3, text('/person/salary')),
    'no JSON, signed': signedItems(text('{"a": 1,}'), '/a'),
    'text behind the document, signed': signedItems(text('{"a": 1} {"a": 2}'), '/a'),
    'a signature that is too short': replaced(stdin, 2, stdin[2]!.subarray(0, 63)),
  }),
};

const DOMAIN = /^[a-z0-9.-]+$/;

const rsaKey = (modulus: Uint8Array): ReturnType<typeof createPublicKey> =>
  createPublicKey({
    key: { kty: 'RSA', n: Buffer.from(modulus).toString('base64url'), e: 'AQAB' },
    format: 'jwk',
  });

export const signedMail: Oracle = {
  answer: ([modulus, mail, signature]) => {
    if (modulus!.length !== 256 || signature!.length !== 256) return undefined;
    if (!verify('sha256', mail!, rsaKey(modulus!), signature!)) return undefined;
    const [header] = new TextDecoder().decode(mail).split(/^\n|\n\n/);
    const senders = [...header!.matchAll(/^From: (.*)$/gm)].map(([, address]) => address!.split('@'));
    const [name, domain, ...more] = senders.length === 1 ? senders[0]! : [];
    return name && domain && more.length === 0 && DOMAIN.test(domain) ? concatBytes(modulus!, text(domain)) : undefined;
  },
  cheats: (stdin) => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const modulus = new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).n!, 'base64url'));
    const signed = (mail: string): Uint8Array[] => [
      modulus,
      text(mail),
      new Uint8Array(sign('sha256', text(mail), privateKey)),
    ];
    return {
      'a mail that was changed': replaced(stdin, 1, flipped(stdin[1]!, 60)),
      'another signer': replaced(stdin, 0, modulus),
      'another signature': replaced(stdin, 2, flipped(stdin[2]!, 200)),
      'a signature that is too short': replaced(stdin, 2, stdin[2]!.subarray(1)),
      'the signature 1': replaced(
        stdin,
        2,
        Uint8Array.from({ length: 256 }, (_, i) => Number(i === 255)),
      ),
      'two senders, signed': signed('From: a@one.example\nFrom: a@two.example\n\nhello\n'),
      'a sender below the header, signed': signed('To: b@two.example\n\nFrom: a@one.example\n'),
      'no header, signed': signed('\nFrom: a@one.example\n'),
      'an address with two domains, signed': signed('From: a@one.example@two.example\n\nhello\n'),
      'a name in the domain, signed': signed('From: a@one.example (b)\n\nhello\n'),
      'no domain, signed': signed('From: a@\n\nhello\n'),
    };
  },
};
