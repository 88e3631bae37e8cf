#include "chess.h"

static const int8_t KNIGHT_STEPS[] = {-33, -31, -18, -14, 14, 18, 31, 33};
/* Along ranks and files first, then along diagonals. */
static const int8_t LINES[] = {-16, -1, 1, 16, -17, -15, 15, 17};

static int off(int square) { return (square & 0x88) != 0; }
static int kind(uint8_t piece) { return piece & 7; }
static int is_of(uint8_t piece, int side) { return piece != EMPTY && (piece & 8) == side; }
/* The direction in which a side's pawns go. */
static int forward(int side) { return side == WHITE ? 16 : -16; }

int chess_is_attacked(const chess_position *p, int square, int by) {
  for (int i = 0; i < 8; i++) {
    int from = square + KNIGHT_STEPS[i];
    if (!off(from) && p->board[from] == (by | KNIGHT)) return 1;
    from = square + LINES[i];
    if (!off(from) && p->board[from] == (by | KING)) return 1;
    for (; !off(from); from += LINES[i]) {
      uint8_t piece = p->board[from];
      if (piece == EMPTY) continue;
      if (piece == (by | QUEEN) || piece == (by | (i < 4 ? ROOK : BISHOP))) return 1;
      break;
    }
  }
  for (int aside = -1; aside <= 1; aside += 2) {
    int from = square - forward(by) + aside;
    if (!off(from) && p->board[from] == (by | PAWN)) return 1;
  }
  return 0;
}

int chess_in_check(const chess_position *p, int side) {
  int king = 0;
  while (king < 128 && p->board[king] != (side | KING)) king++;
  return chess_is_attacked(p, king, side ^ BLACK);
}

/* The right that is lost when something leaves or reaches a square. */
static int right_of(int square) {
  switch (square) {
    case A1: return WHITE_LONG;
    case H1: return WHITE_SHORT;
    case E1: return WHITE_LONG | WHITE_SHORT;
    case A8: return BLACK_LONG;
    case H8: return BLACK_SHORT;
    case E8: return BLACK_LONG | BLACK_SHORT;
    default: return 0;
  }
}

void chess_play(chess_position *p, chess_move move) {
  uint8_t piece = p->board[move.from];
  int is_pawn = kind(piece) == PAWN, is_capture = p->board[move.to] != EMPTY;
  p->board[move.to] = move.promotion != 0 ? (uint8_t)(p->side | move.promotion) : piece;
  p->board[move.from] = EMPTY;
  if (is_pawn && move.to == p->en_passant) p->board[move.to - forward(p->side)] = EMPTY;
  if (kind(piece) == KING && (move.to - move.from == 2 || move.from - move.to == 2)) {
    int is_short = move.to > move.from;
    int corner = move.from + (is_short ? 3 : -4);
    p->board[move.from + (is_short ? 1 : -1)] = p->board[corner];
    p->board[corner] = EMPTY;
  }
  int step = move.to - move.from;
  p->en_passant = is_pawn && (step == 32 || step == -32) ? (uint8_t)(move.from + step / 2) : NO_SQUARE;
  p->castling &= (uint8_t)~(right_of(move.from) | right_of(move.to));
  p->halfmoves = is_pawn || is_capture ? 0 : p->halfmoves + 1;
  p->number += p->side == BLACK;
  p->side ^= BLACK;
}

typedef struct {
  const chess_position *position;
  chess_move *moves;
  int count;
} list;

/* Adds a move if it does not leave the own king in check. */
static void add(list *l, int from, int to, int promotion) {
  chess_move move = {(uint8_t)from, (uint8_t)to, (uint8_t)promotion};
  chess_position after = *l->position;
  chess_play(&after, move);
  if (!chess_in_check(&after, l->position->side)) l->moves[l->count++] = move;
}

static void add_pawn(list *l, int from, int to) {
  if (to >> 4 != 0 && to >> 4 != 7) {
    add(l, from, to, 0);
    return;
  }
  for (int promotion = KNIGHT; promotion <= QUEEN; promotion++) add(l, from, to, promotion);
}

static void pawn_moves(list *l, int from) {
  const chess_position *p = l->position;
  int to = from + forward(p->side);
  if (p->board[to] == EMPTY) {
    add_pawn(l, from, to);
    int twice = to + forward(p->side);
    if (from >> 4 == (p->side == WHITE ? 1 : 6) && p->board[twice] == EMPTY) add(l, from, twice, 0);
  }
  for (int aside = -1; aside <= 1; aside += 2) {
    int at = to + aside;
    if (!off(at) && (is_of(p->board[at], p->side ^ BLACK) || at == p->en_passant)) add_pawn(l, from, at);
  }
}

static void line_moves(list *l, int from, int first, int last, int is_one_step) {
  const chess_position *p = l->position;
  for (int i = first; i < last; i++) {
    for (int to = from + LINES[i]; !off(to) && !is_of(p->board[to], p->side); to += LINES[i]) {
      add(l, from, to, 0);
      if (is_one_step || p->board[to] != EMPTY) break;
    }
  }
}

static void castling_moves(list *l, int king) {
  const chess_position *p = l->position;
  int other = p->side ^ BLACK, rights = p->side == WHITE ? p->castling : p->castling >> 2;
  if ((rights & (WHITE_SHORT | WHITE_LONG)) == 0 || chess_is_attacked(p, king, other)) return;
  const uint8_t *at = p->board + king;
  /* Nothing between king and rook; the king does not cross an attacked square. Where it arrives, `add` looks. */
  if ((rights & WHITE_SHORT) != 0 && at[1] == EMPTY && at[2] == EMPTY && !chess_is_attacked(p, king + 1, other))
    add(l, king, king + 2, 0);
  if ((rights & WHITE_LONG) != 0 && at[-1] == EMPTY && at[-2] == EMPTY && at[-3] == EMPTY && !chess_is_attacked(p, king - 1, other))
    add(l, king, king - 2, 0);
}

int chess_moves(const chess_position *p, chess_move moves[256]) {
  list l = {p, moves, 0};
  for (int from = 0; from < 128; from++) {
    if (off(from) || !is_of(p->board[from], p->side)) continue;
    switch (kind(p->board[from])) {
      case PAWN: pawn_moves(&l, from); break;
      case KNIGHT:
        for (int i = 0; i < 8; i++) {
          int to = from + KNIGHT_STEPS[i];
          if (!off(to) && !is_of(p->board[to], p->side)) add(&l, from, to, 0);
        }
        break;
      case BISHOP: line_moves(&l, from, 4, 8, 0); break;
      case ROOK: line_moves(&l, from, 0, 4, 0); break;
      case QUEEN: line_moves(&l, from, 0, 8, 0); break;
      default:
        line_moves(&l, from, 0, 8, 1);
        castling_moves(&l, from);
    }
  }
  return l.count;
}
