/*
 * Input items: a puzzle and its solution, 81 characters each, row by row: digits, and `.` for an empty cell. Public: the puzzle, where the solution
 * solves it. Else exits with code 1.
 */
#include "items.h"

enum { SIDE = 9, CELLS = SIDE * SIDE };

int main(void) {
  const uint8_t *puzzle = weft_item_of(CELLS), *solution = weft_item_of(CELLS);
  uint32_t rows[SIDE] = {0}, columns[SIDE] = {0}, boxes[SIDE] = {0};
  for (int at = 0; at < CELLS; at++) {
    int row = at / SIDE, column = at % SIDE;
    uint8_t given = puzzle[at], digit = solution[at];
    if (given != '.' && (given < '1' || given > '9')) weft_refuse("the puzzle is neither digits nor dots");
    if (digit < '1' || digit > '9') weft_refuse("the solution has other than digits");
    if (given != '.' && given != digit) weft_refuse("the solution is of another puzzle");
    rows[row] |= 1u << (digit - '1');
    columns[column] |= 1u << (digit - '1');
    boxes[row / 3 * 3 + column / 3] |= 1u << (digit - '1');
  }
  /* Nine cells that hold nine digits hold each of them once. */
  for (int i = 0; i < SIDE; i++) {
    if ((rows[i] & columns[i] & boxes[i]) != (1u << SIDE) - 1) weft_refuse("a digit stands twice in a row, a column or a box");
  }
  weft_public(puzzle, CELLS);
  return 0;
}
