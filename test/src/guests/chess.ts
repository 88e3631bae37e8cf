/**
 * @module Oracle of the example that plays chess.
 */
import { inCheck, legalMoves, play, readPosition, writePosition } from './chess-rules.ts';
import type { Oracle } from './oracle.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');
const bytes = (of: string): Uint8Array => new Uint8Array(Buffer.from(of, 'latin1'));

export const chessMove: Oracle = {
  answer: ([fen, moves]) => {
    const start = readPosition(text(fen!));
    if (start === undefined) return undefined;
    let position = start;
    const list = text(moves!).split(' ').filter(Boolean);
    for (const move of list) {
      if (!legalMoves(position).includes(move)) return undefined;
      position = play(position, move);
    }
    const isInCheck = inCheck(position, position.side);
    const state = legalMoves(position).length > 0 ? (isInCheck ? '+' : '-') : isInCheck ? '#' : '=';
    return bytes([text(fen!), `${list.length}`.padStart(3, '0'), `${writePosition(position)} ${state}`].join('\n'));
  },
  cheats: ([fen, moves]) => {
    const position = (of: string, ...list: string[]): Uint8Array[] => [bytes(of), bytes(list.join(' '))];
    return {
      'a move after mate': [fen!, bytes(`${text(moves!)} e8d8`)],
      'a move of the other side': [fen!, bytes('e7e5')],
      'a pinned piece that leaves its line': position('4k3/4r3/8/8/8/8/4N3/4K3 w - - 0 1', 'e2c3'),
      'a move that leaves the king in check': position('4k3/8/8/8/8/8/4r3/4K2R w K - 0 1', 'h1h2'),
      'castling out of check': position('4k3/8/8/8/4r3/8/8/4K2R w K - 0 1', 'e1g1'),
      'castling through check': position('4k3/8/8/8/5r2/8/8/4K2R w K - 0 1', 'e1g1'),
      'castling into check': position('4k3/8/8/8/6r1/8/8/4K2R w K - 0 1', 'e1g1'),
      'castling without the right': position('4k3/8/8/8/8/8/8/R3K2R w K - 0 1', 'e1c1'),
      'castling after the rook has moved': position(
        '4k3/7p/8/8/8/8/8/4K2R w K - 0 1',
        'h1h2',
        'h7h6',
        'h2h1',
        'h6h5',
        'e1g1',
      ),
      'en passant a move too late': position('4k3/3p4/8/4P3/8/8/8/4K3 b - - 0 1', 'd7d5', 'e1d1', 'e8d8', 'e5d6'),
      'en passant that uncovers a check': position('8/8/8/K2pP2r/8/8/8/4k3 w - d6 0 1', 'e5d6'),
      'a pawn that does not become another piece': position('8/P7/8/8/8/8/8/K1k5 w - - 0 1', 'a7a8'),
      'a pawn that becomes a king': position('8/P7/8/8/8/8/8/K1k5 w - - 0 1', 'a7a8k'),
      'a piece that becomes a queen': [fen!, bytes('g1f3q')],
      'a double step over a piece': position('4k3/8/8/8/8/4n3/4P3/4K3 w - - 0 1', 'e2e4'),
      'no move at all': [fen!, bytes('castles')],
      'no position': [bytes('rnbqkbnr/pppppppp/8/8/8/8/PPPPPPPP/RNBQKBN w KQkq - 0 1'), moves!],
      'two kings': position('4k3/8/8/8/8/8/8/4KK2 w - - 0 1', 'e1d1'),
    };
  },
};
