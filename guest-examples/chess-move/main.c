/*
 * Moves of chess, played from a position. Input items: the position in FEN; moves in the notation of engines (`e2e4`, `e1g1`, `a7a8q`) with
 * spaces between them. Public, in three lines: the position, the count of moves, and the position that they lead to, behind it `#` for mate, `=`
 * for stalemate, `+` for check or `-`. Where a move is not legal, exits with code 1.
 */
#include "chess.h"
#include "items.h"

/* Reads a move. @returns its length, or 0 where there is none. */
static uint32_t read_move(chess_move *move, const uint8_t *text, uint32_t length) {
  if (length < 4) return 0;
  for (int i = 0; i < 4; i += 2) {
    if (text[i] < 'a' || text[i] > 'h' || text[i + 1] < '1' || text[i + 1] > '8') return 0;
  }
  move->from = (uint8_t)(16 * (text[1] - '1') + (text[0] - 'a'));
  move->to = (uint8_t)(16 * (text[3] - '1') + (text[2] - 'a'));
  move->promotion = 0;
  if (length == 4 || text[4] == ' ') return 4;
  for (int piece = KNIGHT; piece <= QUEEN; piece++) {
    if (text[4] == (uint8_t)"nbrq"[piece - KNIGHT]) move->promotion = (uint8_t)piece;
  }
  return move->promotion == 0 ? 0 : 5;
}

static int is_legal(const chess_position *p, chess_move move) {
  chess_move moves[256];
  for (int i = chess_moves(p, moves) - 1; i >= 0; i--) {
    if (moves[i].from == move.from && moves[i].to == move.to && moves[i].promotion == move.promotion) return 1;
  }
  return 0;
}

static char state(const chess_position *p) {
  chess_move moves[256];
  int can_move = chess_moves(p, moves) > 0, in_check = chess_in_check(p, p->side);
  if (!can_move) return in_check ? '#' : '=';
  return in_check ? '+' : '-';
}

static void publish(const chess_position *p) {
  char line[100];
  weft_public(line, chess_write(p, line));
}

int main(void) {
  uint32_t length, moves_length, count = 0;
  const uint8_t *text = weft_item(&length), *moves = weft_item(&moves_length);
  chess_position start, p;
  if (!chess_read(&start, text, length)) weft_refuse("this is no position");
  p = start;
  for (uint32_t at = 0; at < moves_length; count++) {
    if (at > 0 && moves[at++] != ' ') weft_refuse("no space between two moves");
    chess_move move;
    uint32_t read = read_move(&move, moves + at, moves_length - at);
    if (read == 0) weft_refuse("this is no move");
    if (!is_legal(&p, move)) weft_refuse("a move is not legal");
    chess_play(&p, move);
    at += read;
  }
  char number[] = {'\n', (char)('0' + count / 100 % 10), (char)('0' + count / 10 % 10), (char)('0' + count % 10), '\n'};
  if (count > 999) weft_refuse("more than 999 moves");
  publish(&start);
  weft_public(number, sizeof number);
  publish(&p);
  char end[] = {' ', state(&p)};
  weft_public(end, sizeof end);
  return 0;
}
