/**
 * @module The oracle of every example.
 */
import { airdrop, quorum } from './accounts.ts';
import { chessMove } from './chess.ts';
import { auction, lua, regexMatch, rsaVerify, statistics, sudoku, wordCount } from './data.ts';
import { jsonField, signedMail } from './documents.ts';
import { keccakPreimage, merkleMembership, sha256Preimage } from './hashes.ts';
import type { Oracle } from './oracle.ts';
import { ecdsa, ed25519Signature } from './signatures.ts';
import { regexFind, wageSurvey } from './surveys.ts';

export const ORACLES: Readonly<Record<string, Oracle>> = {
  'sha256-preimage': sha256Preimage,
  'keccak-preimage': keccakPreimage,
  'merkle-membership': merkleMembership,
  ecdsa,
  ed25519: ed25519Signature,
  'rsa-verify': rsaVerify,
  sudoku,
  'chess-move': chessMove,
  statistics,
  'regex-match': regexMatch,
  'json-field': jsonField,
  airdrop,
  quorum,
  'wage-survey': wageSurvey,
  'regex-find': regexFind,
  'signed-mail': signedMail,
  auction,
  'word-count': wordCount,
  lua,
};
