/** The rules of chess: the oracle against published counts, and the guest against the oracle. */
import { EXAMPLES, readStdin } from '@weft/guest-examples/examples';
import { describe, expect, it } from 'vitest';
import { runGuest } from '../support/guest-runs.ts';
import { text } from '../support/values.ts';
import { chessMove } from './chess.ts';
import { legalMoves, type Position, pieceMoves, play, readPosition } from './chess-rules.ts';

/** Positions that programs count moves from, and the counts after one, two and three moves (chessprogramming.org, "Perft Results"). */
const POSITIONS: readonly (readonly [fen: string, counts: readonly number[]])[] = [
  ['rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBNR w KQkq - 0 1', [20, 400, 8902]],
  ['r3k2r/p1ppqpb1/bn2pnp1/3PN3/1p2P3/2N2Q1p/PPPBBPPP/R3K2R w KQkq - 0 1', [48, 2039]],
  ['8/2p5/3p4/KP5r/1R3p1k/8/4P1P1/8 w - - 0 1', [14, 191, 2812]],
  ['r3k2r/Pppp1ppp/1b3nbN/nP6/BBP1P3/q4N2/Pp1P2PP/R2Q1RK1 w kq - 0 1', [6, 264, 9467]],
  ['rnbq1k1r/pp1Pbppp/2p5/8/2B5/8/PPP1NnPP/RNBQK2R w KQ - 1 8', [44, 1486]],
  ['r4rk1/1pp1qppp/p1np1n2/2b1p1B1/2B1P1b1/P1NP1N2/1PP1QPPP/R4RK1 w - - 0 10', [46, 2079]],
];

function perft(position: Position, depth: number): number {
  const moves = legalMoves(position);
  return depth === 1 ? moves.length : moves.reduce((sum, move) => sum + perft(play(position, move), depth - 1), 0);
}

describe.each(POSITIONS)('%s', (fen, counts) => {
  const start = readPosition(fen)!;
  it('the oracle counts as others do', () => {
    expect(counts.map((_, i) => perft(start, i + 1))).toEqual(counts);
  });
  it('the guest plays every legal move, and no other', () => {
    const legal = legalMoves(start);
    for (const move of legal) {
      const { exitCode, publicValues } = runGuest('chess-move', [text(fen), text(move)]);
      expect([move, exitCode]).toEqual([move, 0]);
      expect(publicValues).toEqual(chessMove.answer([text(fen), text(move)]));
    }
    // Moves that leave the king in check, and moves of pieces as other pieces move.
    const others = [/[NBR]/g, /[BRQ]/g].flatMap((pieces, i) => {
      const as = (piece: string): string => (piece < 'a' ? 'QN'[i]! : 'qn'[i]!);
      return pieceMoves({ ...start, board: start.board.replace(new RegExp(pieces, 'gi'), as) });
    });
    const wrong = [...new Set([...pieceMoves(start), ...others])].filter((move) => !legal.includes(move));
    expect(wrong.length).toBeGreaterThan(0);
    for (const move of wrong)
      expect([move, runGuest('chess-move', [text(fen), text(move)]).exitCode]).toEqual([move, 1]);
  });
});

const SAMPLE = EXAMPLES.find(({ name }) => name === 'chess-move')!;
const isPosition = ([, [fen]]: [string, readonly Uint8Array[]]): boolean =>
  chessMove.answer([fen!, text('')]) !== undefined;
it.each(Object.entries(chessMove.cheats(readStdin(SAMPLE))).filter(isPosition))(
  'up to its last move, legal: %s',
  (_, [fen, moves]) => {
    const before = new TextDecoder().decode(moves).replace(/ ?\S+$/, '');
    expect(runGuest('chess-move', [fen!, text(before)]).exitCode).toBe(0);
  },
);

describe('no position, for the guest:', () => {
  it.each([
    ['a pawn on the first rank', '4k3/8/8/8/8/8/8/P3K3 w - - 0 1'],
    ['a right to castle without its rook', '4k3/8/8/8/8/8/8/4K3 w K - 0 1'],
    ['en passant without a pawn', '4k3/8/8/8/8/8/8/4K3 w - d6 0 1'],
    ['en passant of the side that moves', '4k3/8/8/8/4P3/8/8/4K3 w - e3 0 1'],
    ['a king that could be taken', '4k3/8/8/8/8/8/4R3/4K3 w - - 0 1'],
    ['no king', '8/8/8/8/8/8/8/4K3 w - - 0 1'],
    ['nine files', '4k4/8/8/8/8/8/8/4K3 w - - 0 1'],
    ['a number with a zero before it', '4k3/8/8/8/8/8/8/4K3 w - - 00 1'],
    ['something behind it', '4k3/8/8/8/8/8/8/4K3 w - - 0 1 '],
  ])('%s', (_, fen) => {
    const { exitCode, publicValues } = runGuest('chess-move', [text(fen), text('e1e2')]);
    expect([exitCode, publicValues.length]).toEqual([1, 0]);
  });
});
