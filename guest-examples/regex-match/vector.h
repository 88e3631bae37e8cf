// A growing array of trivial values: what little of std::vector a guest without a C++ library needs.
#ifndef REGEX_VECTOR_H
#define REGEX_VECTOR_H
#include "weft.h"

template <typename T>
class Vector {
 public:
  uint32_t size() const { return size_; }
  T &operator[](uint32_t at) { return at < size_ ? items_[at] : out_of_range(); }
  const T &operator[](uint32_t at) const { return at < size_ ? items_[at] : out_of_range(); }
  void clear() { size_ = 0; }
  void push(const T &item) {
    if (size_ == room_) grow();
    items_[size_++] = item;
  }

 private:
  T *items_ = nullptr;
  uint32_t size_ = 0, room_ = 0;

  [[noreturn]] static T &out_of_range() { weft_panic("index out of range"); }
  void grow() {
    room_ = room_ == 0 ? 16 : 2 * room_;
    // Freed by nobody: a guest ends soon.
    T *larger = static_cast<T *>(weft_alloc(room_ * sizeof(T)));
    for (uint32_t i = 0; i < size_; i++) larger[i] = items_[i];
    items_ = larger;
  }
};
#endif
