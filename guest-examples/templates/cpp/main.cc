// Proves the sum and the largest of some numbers that stay private. The first input item is the numbers in decimal digits, blanks
// between them; how many there are, their sum and the largest become public.
// The standard library is there where libstdc++ is installed: include <vector> or <iostream> and build again.
#include "weft.h"

// Numbers from text, one after another.
class Reader {
 public:
  Reader(const uint8_t *text, uint32_t length) : at_(text), end_(text + length) {}

  bool next(uint32_t &number) {
    while (at_ != end_ && *at_ == ' ') at_++;
    if (at_ == end_) return false;
    for (number = 0; at_ != end_ && *at_ != ' '; at_++) {
      weft_assert(*at_ >= '0' && *at_ <= '9');
      number = 10 * number + (*at_ - '0');
    }
    return true;
  }

 private:
  const uint8_t *at_;
  const uint8_t *end_;
};

int main() {
  uint32_t length;
  const uint8_t *text = weft_input(&length);
  if (text == nullptr) weft_panic("numbers are expected as input");
  Reader reader(text, length);
  uint32_t count = 0, sum = 0, largest = 0;
  for (uint32_t number; reader.next(number); count++) {
    sum += number;
    if (number > largest) largest = number;
  }
  weft_print("sum: ");
  weft_print_u32(sum);
  weft_print("\n");
  weft_public_u32(count);
  weft_public_u32(sum);
  weft_public_u32(largest);
  return 0;
}
