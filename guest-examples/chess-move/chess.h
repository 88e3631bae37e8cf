/* The rules of chess: positions, moves, and which of them are legal (FIDE Laws of Chess, articles 3 and 5.2). */
#ifndef CHESS_H
#define CHESS_H
#include <stdint.h>

/* A square is 16 rank + file, both from 0: what is off the board has a bit of 0x88. */
enum { A1 = 0x00, E1 = 0x04, H1 = 0x07, A8 = 0x70, E8 = 0x74, H8 = 0x77, NO_SQUARE = 0x88 };
enum { WHITE = 0, BLACK = 8 };
enum { EMPTY = 0, PAWN = 1, KNIGHT = 2, BISHOP = 3, ROOK = 4, QUEEN = 5, KING = 6 };
enum { WHITE_SHORT = 1, WHITE_LONG = 2, BLACK_SHORT = 4, BLACK_LONG = 8 };

typedef struct {
  /* A piece and its side, 0 where there is none. */
  uint8_t board[128];
  uint8_t side, castling, en_passant;
  uint32_t halfmoves, number;
} chess_position;

typedef struct {
  uint8_t from, to;
  /* What a pawn becomes, or 0. */
  uint8_t promotion;
} chess_move;

/*
 * Reads a position in FEN. @returns whether it is one: all six fields and nothing else, one king each, no pawn on a first or last rank, rights
 * that fit the board, and a king that is not to move is not in check.
 */
int chess_read(chess_position *p, const uint8_t *text, uint32_t length);
/* Writes FEN, at most 100 characters. The square of en passant is there after every double step. @returns the length. */
uint32_t chess_write(const chess_position *p, char *text);

int chess_is_attacked(const chess_position *p, int square, int by);
int chess_in_check(const chess_position *p, int side);
/* @returns the count of the legal moves, at most 218, which go to `moves`. */
int chess_moves(const chess_position *p, chess_move moves[256]);
/* Plays a legal move. */
void chess_play(chess_position *p, chess_move move);
#endif
