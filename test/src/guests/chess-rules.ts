/**
 * @module The rules of chess by geometry: whether a piece may go from one square to another, asked for all pairs of squares. Slow and plain,
 * and made otherwise than the guest, whose oracle it is.
 */

export interface Position {
  /** 64 characters, the eighth rank first, `.` where nothing stands. */
  readonly board: string;
  readonly side: 'w' | 'b';
  /** Some of `KQkq`. */
  readonly castling: string;
  /** The square behind a pawn that just made a double step, or `-`. */
  readonly enPassant: string;
  readonly halfmoves: number;
  readonly number: number;
}

const FEN = /^([1-8kqrbnpKQRBNP/]+) ([wb]) (K?Q?k?q?|-) (-|[a-h][36]) (\d+) (\d+)$/;

/** @returns undefined where the text is no position. */
export function readPosition(fen: string): Position | undefined {
  const [, ranks, side, castling, enPassant, halfmoves, number] = FEN.exec(fen) ?? [];
  if (ranks === undefined) return undefined;
  const board = ranks.replaceAll('/', '').replace(/\d/g, (n) => '.'.repeat(Number(n)));
  if (board.length !== 64 || [...board].filter((c) => c === 'k' || c === 'K').length !== 2) return undefined;
  return {
    board,
    side: side as 'w' | 'b',
    castling: castling!.replace('-', ''),
    enPassant: enPassant!,
    halfmoves: Number(halfmoves),
    number: Number(number),
  };
}

export function writePosition({ board, side, castling, enPassant, halfmoves, number }: Position): string {
  const ranks = board.match(/.{8}/g)!.map((rank) => rank.replace(/\.+/g, (dots) => `${dots.length}`));
  return `${ranks.join('/')} ${side} ${castling || '-'} ${enPassant} ${halfmoves} ${number}`;
}

const SQUARES = Array.from({ length: 64 }, (_, i) => i);
const nameOf = (square: number): string => `${'abcdefgh'[square % 8]}${8 - (square >> 3)}`;
const squareOf = (name: string): number => 8 * (8 - Number(name[1])) + 'abcdefgh'.indexOf(name[0]!);
const sideOf = (piece: string): 'w' | 'b' | undefined => (piece === '.' ? undefined : piece < 'a' ? 'w' : 'b');
const other = (side: 'w' | 'b'): 'w' | 'b' => (side === 'w' ? 'b' : 'w');

function isFree(board: string, from: number, to: number): boolean {
  const step = 8 * Math.sign((to >> 3) - (from >> 3)) + Math.sign((to % 8) - (from % 8));
  for (let at = from + step; at !== to; at += step) if (board[at] !== '.') return false;
  return true;
}

/** Whether the piece on a square attacks another one. */
function attacks(board: string, from: number, to: number): boolean {
  const [right, down] = [(to % 8) - (from % 8), (to >> 3) - (from >> 3)];
  const [x, y] = [Math.abs(right), Math.abs(down)];
  if (x + y === 0) return false;
  const piece = board[from]!;
  const isLine = x === 0 || y === 0;
  switch (piece.toLowerCase()) {
    case 'p':
      return x === 1 && down === (piece === 'P' ? -1 : 1);
    case 'n':
      return x * y === 2;
    case 'k':
      return Math.max(x, y) === 1;
    case 'r':
      return isLine && isFree(board, from, to);
    case 'b':
      return x === y && isFree(board, from, to);
    case 'q':
      return (isLine || x === y) && isFree(board, from, to);
    default:
      return false;
  }
}

const isAttacked = (board: string, square: number, by: 'w' | 'b'): boolean =>
  SQUARES.some((from) => sideOf(board[from]!) === by && attacks(board, from, square));

export const inCheck = ({ board }: Position, side: 'w' | 'b'): boolean =>
  isAttacked(board, board.indexOf(side === 'w' ? 'K' : 'k'), other(side));

/** A move of the pieces alone, check or not. */
function canMove(p: Position, from: number, to: number): boolean {
  const [piece, target] = [p.board[from]!, p.board[to]!];
  if (sideOf(piece) !== p.side || sideOf(target) === p.side) return false;
  const [right, down] = [(to % 8) - (from % 8), (to >> 3) - (from >> 3)];
  if (piece.toLowerCase() === 'p') {
    if (attacks(p.board, from, to)) return target !== '.' || nameOf(to) === p.enPassant;
    const ahead = piece === 'P' ? -down : down;
    const home = piece === 'P' ? 6 : 1;
    if (right !== 0 || target !== '.') return false;
    return ahead === 1 || (ahead === 2 && from >> 3 === home && isFree(p.board, from, to));
  }
  if (piece.toLowerCase() === 'k' && Math.abs(right) === 2 && down === 0) {
    const right_ = right > 0 ? 'k' : 'q';
    const rook = right > 0 ? from + 3 : from - 4;
    if (!p.castling.includes(p.side === 'w' ? right_.toUpperCase() : right_)) return false;
    return (
      isFree(p.board, from, rook) && [from, (from + to) / 2].every((at) => !isAttacked(p.board, at, other(p.side)))
    );
  }
  return attacks(p.board, from, to);
}

/** The position after a move, which is not asked whether it is legal. */
export function play(p: Position, move: string): Position {
  const [from, to] = [squareOf(move.slice(0, 2)), squareOf(move.slice(2, 4))];
  const board = [...p.board];
  const piece = board[from]!;
  const isPawn = piece.toLowerCase() === 'p';
  const isCapture = board[to] !== '.';
  board[from] = '.';
  board[to] = move.length < 5 ? piece : p.side === 'w' ? move[4]!.toUpperCase() : move[4]!;
  if (isPawn && move.slice(2, 4) === p.enPassant) board[8 * (from >> 3) + (to % 8)] = '.';
  if (piece.toLowerCase() === 'k' && Math.abs(to - from) === 2) {
    const corner = to > from ? from + 3 : from - 4;
    board[(from + to) / 2] = board[corner]!;
    board[corner] = '.';
  }
  const lost: Readonly<Record<string, string>> = { a1: 'Q', h1: 'K', e1: 'KQ', a8: 'q', h8: 'k', e8: 'kq' };
  const gone = [from, to].map((square) => lost[nameOf(square)] ?? '').join('');
  return {
    board: board.join(''),
    side: other(p.side),
    castling: [...p.castling].filter((right) => !gone.includes(right)).join(''),
    enPassant: isPawn && Math.abs(to - from) === 16 ? nameOf((from + to) / 2) : '-',
    halfmoves: isPawn || isCapture ? 0 : p.halfmoves + 1,
    number: p.number + (p.side === 'b' ? 1 : 0),
  };
}

/** All moves of the pieces, those that leave the own king in check among them, as `e2e4` or `a7a8q`. */
export function pieceMoves(p: Position): string[] {
  return SQUARES.filter((from) => sideOf(p.board[from]!) === p.side).flatMap((from) =>
    SQUARES.filter((to) => canMove(p, from, to)).flatMap((to) => {
      const move = nameOf(from) + nameOf(to);
      const isPromotion = p.board[from]!.toLowerCase() === 'p' && (to < 8 || to >= 56);
      return isPromotion ? [...'nbrq'].map((piece) => move + piece) : [move];
    }),
  );
}

export const legalMoves = (p: Position): string[] => pieceMoves(p).filter((move) => !inCheck(play(p, move), p.side));
