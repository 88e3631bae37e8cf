// Thompson's method (1968): a program of sets and forks, run in all its states at once, so that time is that of text times pattern, and no pattern
// takes forever.
#ifndef REGEX_MATCHER_H
#define REGEX_MATCHER_H
#include "parser.h"

class Matcher {
 public:
  Matcher(const Parser &parser, uint32_t whole) : parser_(parser) {
    emit(whole);
    add(Op::Match);
  }
  // More states than are allowed, or more repetitions of nothing.
  bool too_large() const { return code_.size() > MOST_STATES || steps_ > MOST_STEPS; }

  // Whether some part of the text is one that the pattern describes.
  bool finds(const uint8_t *text, uint32_t length) {
    Vector<uint32_t> now, next;
    for (uint32_t i = 0; i < code_.size(); i++) seen_.push(UINT32_MAX);
    for (uint32_t at = 0; at <= length; at++) {
      // A match may begin anywhere.
      enter(now, 0, at, length);
      if (has_matched_) return true;
      if (at == length) break;
      next.clear();
      for (uint32_t i = 0; i < now.size(); i++) {
        const Instruction &is = code_[now[i]];
        if (parser_.sets[is.x].has(text[at])) enter(next, now[i] + 1, at + 1, length);
      }
      Vector<uint32_t> spare = now;
      now = next;
      next = spare;
    }
    return false;
  }

 private:
  static constexpr uint32_t MOST_STATES = 10000, MOST_STEPS = 10 * MOST_STATES;
  enum class Op : uint8_t { Set, Jump, Fork, Begin, End, Match };
  struct Instruction {
    Op op;
    // Of a Set: its number. Of a Jump or Fork: where else to go on.
    uint32_t x, y;
  };
  const Parser &parser_;
  Vector<Instruction> code_;
  Vector<uint32_t> waiting_, seen_;
  uint32_t steps_ = 0;
  bool has_matched_ = false;

  uint32_t add(Op op, uint32_t x = 0, uint32_t y = 0) {
    code_.push({op, x, y});
    return code_.size() - 1;
  }

  void emit(uint32_t which) {
    if (too_large()) return;
    steps_++;
    const Node &n = parser_.nodes[which];
    switch (n.kind) {
      case Kind::Empty: break;
      case Kind::Set: add(Op::Set, n.first); break;
      case Kind::Begin: add(Op::Begin); break;
      case Kind::End: add(Op::End); break;
      case Kind::Sequence:
        emit(n.first);
        emit(n.second);
        break;
      case Kind::Either: {
        uint32_t fork = add(Op::Fork);
        emit(n.first);
        uint32_t jump = add(Op::Jump);
        code_[fork].x = fork + 1;
        code_[fork].y = code_.size();
        emit(n.second);
        code_[jump].x = code_.size();
        break;
      }
      case Kind::Repeat: {
        for (uint32_t i = 0; i < n.least && !too_large(); i++) emit(n.first);
        if (n.most == UNBOUNDED) {
          uint32_t fork = add(Op::Fork);
          emit(n.first);
          add(Op::Jump, fork);
          code_[fork].x = fork + 1;
          code_[fork].y = code_.size();
          break;
        }
        for (uint32_t i = n.least; i < n.most && !too_large(); i++) {
          uint32_t fork = add(Op::Fork);
          emit(n.first);
          code_[fork].x = fork + 1;
          code_[fork].y = code_.size();
        }
      }
    }
  }

  // Adds the states that wait for a character and are reached from one without any.
  void enter(Vector<uint32_t> &states, uint32_t from, uint32_t at, uint32_t length) {
    waiting_.clear();
    waiting_.push(from);
    for (uint32_t done = 0; done < waiting_.size(); done++) {
      uint32_t state = waiting_[done];
      if (seen_[state] == at) continue;
      seen_[state] = at;
      const Instruction &is = code_[state];
      switch (is.op) {
        case Op::Set: states.push(state); break;
        case Op::Match: has_matched_ = true; break;
        case Op::Jump: waiting_.push(is.x); break;
        case Op::Begin:
          if (at == 0) waiting_.push(state + 1);
          break;
        case Op::End:
          if (at == length) waiting_.push(state + 1);
          break;
        case Op::Fork:
          waiting_.push(is.x);
          waiting_.push(is.y);
      }
    }
  }
};
#endif
