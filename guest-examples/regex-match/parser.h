// The syntax of patterns, a part of JavaScript's: characters, . \d \w \s and their opposites, [a-z] and [^a-z], groups, |, * + ? {n} {n,}
// {n,m}, and ^ $ for the ends of the text. Characters are bytes.
#ifndef REGEX_PARSER_H
#define REGEX_PARSER_H
#include "vector.h"

enum class Kind : uint8_t { Empty, Set, Begin, End, Sequence, Either, Repeat };

constexpr uint32_t UNBOUNDED = UINT32_MAX;

struct Node {
  Kind kind;
  // Nodes of a Sequence or Either; the first one alone of a Repeat. Of a Set: its number.
  uint32_t first, second;
  uint32_t least, most;
};

struct Set {
  uint32_t bits[8] = {};
  void add(uint32_t from, uint32_t to) {
    for (uint32_t c = from; c <= to; c++) bits[c / 32] |= 1u << c % 32;
  }
  void add(const Set &other) {
    for (int i = 0; i < 8; i++) bits[i] |= other.bits[i];
  }
  void invert() {
    for (uint32_t &word : bits) word = ~word;
  }
  bool has(uint8_t c) const { return bits[c / 32] >> c % 32 & 1; }
};

class Parser {
 public:
  Vector<Node> nodes;
  Vector<Set> sets;

  Parser(const uint8_t *text, uint32_t length) : text_(text), length_(length) {}

  // The node of the whole pattern. `failed` says that there is none.
  uint32_t parse() {
    uint32_t whole = either();
    if (at_ != length_) failed = true;
    return whole;
  }
  bool failed = false;

 private:
  static constexpr uint32_t MOST_REPEATS = 1000, MOST_NESTED = 100;
  const uint8_t *text_;
  uint32_t length_, at_ = 0, depth_ = 0;

  bool more() const { return at_ < length_; }
  // The next character; a zero byte at the end is no character of any pattern.
  uint8_t peek() const { return more() ? text_[at_] : 0; }
  bool take(uint8_t c) {
    if (!more() || peek() != c) return false;
    at_++;
    return true;
  }
  uint32_t node(Kind kind, uint32_t first = 0, uint32_t second = 0, uint32_t least = 0, uint32_t most = 0) {
    nodes.push({kind, first, second, least, most});
    return nodes.size() - 1;
  }
  uint32_t fail() {
    failed = true;
    at_ = length_;
    return node(Kind::Empty);
  }
  uint32_t set(const Set &of) {
    sets.push(of);
    return node(Kind::Set, sets.size() - 1);
  }

  uint32_t either() {
    uint32_t left = sequence();
    while (take('|')) {
      uint32_t right = sequence();
      left = node(Kind::Either, left, right);
    }
    return left;
  }

  uint32_t sequence() {
    uint32_t all = node(Kind::Empty);
    while (more() && peek() != '|' && peek() != ')') {
      uint32_t next = repeated();
      all = node(Kind::Sequence, all, next);
    }
    return all;
  }

  uint32_t repeated() {
    if (take('^')) return node(Kind::Begin);
    if (take('$')) return node(Kind::End);
    uint32_t what = atom(), least, most;
    if (take('*')) least = 0, most = UNBOUNDED;
    else if (take('+')) least = 1, most = UNBOUNDED;
    else if (take('?')) least = 0, most = 1;
    else if (!take('{')) return what;
    else {
      if (!number(least)) return fail();
      most = least;
      if (take(',')) {
        most = UNBOUNDED;
        if (peek() != '}' && !number(most)) return fail();
      }
      if (!take('}') || least > most) return fail();
    }
    return node(Kind::Repeat, what, 0, least, most);
  }

  bool number(uint32_t &value) {
    uint32_t start = at_;
    value = 0;
    for (; peek() >= '0' && peek() <= '9' && value <= MOST_REPEATS; at_++) value = 10 * value + (peek() - '0');
    return at_ > start && value <= MOST_REPEATS;
  }

  uint32_t atom() {
    Set one;
    if (take('(')) {
      if (take('?') && !take(':')) return fail();
      if (++depth_ > MOST_NESTED) return fail();
      uint32_t inside = either();
      depth_--;
      return take(')') ? inside : fail();
    }
    if (take('.')) {
      one.add('\n', '\n');
      one.add('\r', '\r');
      one.invert();
      return set(one);
    }
    if (take('[')) return characters(one) ? set(one) : fail();
    if (take('\\')) return escape(one) ? set(one) : fail();
    uint8_t c = peek();
    if (!more() || c == '*' || c == '+' || c == '?' || c == '{' || c == '}' || c == ']') return fail();
    at_++;
    one.add(c, c);
    return set(one);
  }

  // What a backslash stands before: a class, or a character that means itself.
  bool escape(Set &out) {
    uint8_t c = peek();
    at_++;
    Set one;
    switch (c | 0x20) {
      case 'd': one.add('0', '9'); break;
      case 'w':
        one.add('0', '9');
        one.add('A', 'Z');
        one.add('_', '_');
        one.add('a', 'z');
        break;
      case 's':
        one.add('\t', '\r');
        one.add(' ', ' ');
        break;
      default: {
        bool is_letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z', is_sign = c > ' ' && c < 0x7f && !is_letter && (c < '0' || c > '9');
        if (c == 'n') c = '\n';
        else if (c == 't') c = '\t';
        else if (!is_sign) return false;
        out.add(c, c);
        return true;
      }
    }
    if ((c & 0x20) == 0) one.invert();
    out.add(one);
    return true;
  }

  // Up to the closing bracket.
  bool characters(Set &out) {
    bool is_inverted = take('^');
    while (!take(']')) {
      if (!more()) return false;
      if (take('\\')) {
        if (!escape(out)) return false;
        continue;
      }
      uint8_t from = peek(), to = from;
      at_++;
      if (peek() == '-' && at_ + 1 < length_ && text_[at_ + 1] != ']') {
        to = text_[at_ + 1];
        at_ += 2;
        if (to < from || to == '\\') return false;
      }
      out.add(from, to);
    }
    if (is_inverted) out.invert();
    return true;
  }
};
#endif
