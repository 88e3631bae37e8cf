/*
 * What C++ needs of its runtime where no libstdc++ gives it (start.S runs constructors, exit.c destructors): new and
 * delete, static objects of functions, pure virtual calls. Weak, or in the place of an archive's: with libstdc++ linked these serve it too.
 */
#include "system.h"

static void *allocate(size_t bytes) {
  void *block = malloc(bytes);
  if (block == nullptr) weft_out_of_heap(bytes);
  return block;
}

namespace std {
enum class align_val_t : size_t {};
struct nothrow_t;
}  // namespace std

static void *allocate(size_t bytes, std::align_val_t alignment) {
  void *block = aligned_alloc(static_cast<size_t>(alignment), bytes);
  if (block == nullptr) weft_out_of_heap(bytes);
  return block;
}

void *operator new(size_t bytes) { return allocate(bytes); }
void *operator new[](size_t bytes) { return allocate(bytes); }
void *operator new(size_t bytes, const std::nothrow_t &) noexcept { return malloc(bytes); }
void *operator new[](size_t bytes, const std::nothrow_t &) noexcept { return malloc(bytes); }
void *operator new(size_t bytes, std::align_val_t alignment) { return allocate(bytes, alignment); }
void *operator new[](size_t bytes, std::align_val_t alignment) { return allocate(bytes, alignment); }
void operator delete(void *block) noexcept { free(block); }
void operator delete[](void *block) noexcept { free(block); }
void operator delete(void *block, size_t) noexcept { free(block); }
void operator delete[](void *block, size_t) noexcept { free(block); }
void operator delete(void *block, std::align_val_t) noexcept { free(block); }
void operator delete[](void *block, std::align_val_t) noexcept { free(block); }
void operator delete(void *block, size_t, std::align_val_t) noexcept { free(block); }
void operator delete[](void *block, size_t, std::align_val_t) noexcept { free(block); }

extern "C" {
void *__dso_handle __attribute__((weak)) = nullptr;

__attribute__((weak)) void __cxa_pure_virtual() { weft_panic("call of a pure virtual function"); }
__attribute__((weak)) void __cxa_deleted_virtual() { weft_panic("call of a deleted virtual function"); }

/* One thread: a static object of a function is made once, and nobody waits. The first byte says that it is. */
__attribute__((weak)) int __cxa_guard_acquire(uint8_t *guard) { return *guard == 0; }
__attribute__((weak)) void __cxa_guard_release(uint8_t *guard) { *guard = 1; }
__attribute__((weak)) void __cxa_guard_abort(uint8_t *) {}
}

/* Exceptions, where the program has the unwinder of libgcc: it finds frames by what is registered, before any constructor may throw. */
extern "C" __attribute__((weak)) void __register_frame(void *);
extern "C" char __eh_frame_start[];
__attribute__((constructor(101))) static void register_frames() {
  if (__register_frame != nullptr) __register_frame(__eh_frame_start);
}

/* A compiler for a freestanding target gives main the name of an ordinary function, which start.S does not know. */
__attribute__((weak)) int main_plain() __asm__("_Z4mainv");
__attribute__((weak)) int main_with_arguments(int, char **) __asm__("_Z4mainiPPc");
__attribute__((weak)) int main_of_cxx(int count, char **arguments) __asm__("main");
int main_of_cxx(int count, char **arguments) {
  if (main_with_arguments != nullptr) return main_with_arguments(count, arguments);
  if (main_plain != nullptr) return main_plain();
  weft_panic("the program has no main");
}
