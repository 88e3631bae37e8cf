#include "chess.h"

static const char PIECES[] = " PNBRQK  pnbrqk";

typedef struct {
  const uint8_t *text;
  uint32_t at, length;
} reader;

/* The next character, or 0 at the end. */
static uint8_t peek(const reader *r) { return r->at < r->length ? r->text[r->at] : 0; }

static int take(reader *r, uint8_t expected) {
  if (peek(r) != expected) return 0;
  r->at++;
  return 1;
}

static int piece_of(uint8_t c) {
  for (int i = 0; i < 15; i++) {
    if (c != ' ' && (uint8_t)PIECES[i] == c) return i;
  }
  return EMPTY;
}

/* Rank by rank from the eighth, file by file. */
static int read_board(reader *r, uint8_t board[128]) {
  for (int rank = 7; rank >= 0; rank--) {
    for (int file = 0; file < 8;) {
      uint8_t c = peek(r);
      r->at++;
      if (c >= '1' && c <= '8') file += c - '0';
      else if (piece_of(c) == EMPTY) return 0;
      else board[16 * rank + file++] = (uint8_t)piece_of(c);
      if (file > 8) return 0;
    }
    if (rank > 0 && !take(r, '/')) return 0;
  }
  return 1;
}

/* Some of KQkq in this order, or `-`. */
static int read_castling(reader *r, uint8_t *castling) {
  *castling = 0;
  if (take(r, '-')) return 1;
  for (int i = 0; i < 4; i++) {
    if (take(r, (uint8_t)"KQkq"[i])) *castling |= (uint8_t)(1 << i);
  }
  return *castling != 0;
}

static int read_square(reader *r, uint8_t *square) {
  *square = NO_SQUARE;
  if (take(r, '-')) return 1;
  int file = peek(r) - 'a';
  r->at++;
  int rank = peek(r) - '1';
  r->at++;
  *square = (uint8_t)(16 * rank + file);
  return file >= 0 && file < 8 && rank >= 0 && rank < 8;
}

static int read_number(reader *r, uint32_t *value) {
  uint32_t start = r->at;
  *value = 0;
  for (; peek(r) >= '0' && peek(r) <= '9' && r->at - start < 6; r->at++) *value = 10 * *value + (peek(r) - '0');
  /* One way to write each number. */
  return r->at > start && (r->text[start] != '0' || r->at == start + 1);
}

/* A right to castle needs king and rook on their squares. */
static int rights_fit(const chess_position *p) {
  static const uint8_t CORNERS[] = {H1, A1, H8, A8};
  for (int i = 0; i < 4; i++) {
    int side = i < 2 ? WHITE : BLACK;
    if ((p->castling >> i & 1) != 0 && (p->board[side == WHITE ? E1 : E8] != (side | KING) || p->board[CORNERS[i]] != (side | ROOK)))
      return 0;
  }
  return 1;
}

/* A square of en passant needs a pawn before it that came over it. */
static int en_passant_fits(const chess_position *p) {
  int at = p->en_passant, step = p->side == WHITE ? 16 : -16;
  if (at == NO_SQUARE) return 1;
  return at >> 4 == (p->side == WHITE ? 5 : 2) && p->board[at] == EMPTY && p->board[at + step] == EMPTY &&
         p->board[at - step] == ((p->side ^ BLACK) | PAWN);
}

static int pieces_fit(const chess_position *p) {
  int kings[2] = {0, 0};
  for (int square = 0; square < 128; square++) {
    uint8_t piece = p->board[square];
    if ((piece & 7) == KING) kings[piece >> 3]++;
    if ((piece & 7) == PAWN && (square >> 4 == 0 || square >> 4 == 7)) return 0;
  }
  return kings[0] == 1 && kings[1] == 1;
}

int chess_read(chess_position *p, const uint8_t *text, uint32_t length) {
  reader r = {text, 0, length};
  *p = (chess_position){0};
  if (!read_board(&r, p->board) || !take(&r, ' ')) return 0;
  if (!take(&r, 'w')) {
    if (!take(&r, 'b')) return 0;
    p->side = BLACK;
  }
  if (!take(&r, ' ') || !read_castling(&r, &p->castling) || !take(&r, ' ') || !read_square(&r, &p->en_passant)) return 0;
  if (!take(&r, ' ') || !read_number(&r, &p->halfmoves) || !take(&r, ' ') || !read_number(&r, &p->number)) return 0;
  return r.at == length && pieces_fit(p) && rights_fit(p) && en_passant_fits(p) && !chess_in_check(p, p->side ^ BLACK);
}

static char *write_number(char *to, uint32_t value) {
  char digits[10];
  int count = 0;
  do digits[count++] = (char)('0' + value % 10);
  while ((value /= 10) > 0);
  while (count > 0) *to++ = digits[--count];
  return to;
}

uint32_t chess_write(const chess_position *p, char *text) {
  char *to = text;
  for (int rank = 7; rank >= 0; rank--) {
    int empty = 0;
    for (int file = 0; file < 8; file++) {
      uint8_t piece = p->board[16 * rank + file];
      if (piece == EMPTY) {
        empty++;
        continue;
      }
      if (empty > 0) *to++ = (char)('0' + empty);
      empty = 0;
      *to++ = PIECES[piece];
    }
    if (empty > 0) *to++ = (char)('0' + empty);
    if (rank > 0) *to++ = '/';
  }
  *to++ = ' ';
  *to++ = p->side == WHITE ? 'w' : 'b';
  *to++ = ' ';
  for (int i = 0; i < 4; i++) {
    if ((p->castling >> i & 1) != 0) *to++ = "KQkq"[i];
  }
  if (p->castling == 0) *to++ = '-';
  *to++ = ' ';
  if (p->en_passant == NO_SQUARE) *to++ = '-';
  else {
    *to++ = (char)('a' + (p->en_passant & 7));
    *to++ = (char)('1' + (p->en_passant >> 4));
  }
  *to++ = ' ';
  to = write_number(to, p->halfmoves);
  *to++ = ' ';
  to = write_number(to, p->number);
  return (uint32_t)(to - text);
}
