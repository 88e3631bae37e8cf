# Memory starts zeroed, so there is no .bss to clear; thread-local data lies in its place already.
  .section .text._start,"ax",@progbits
  .globl _start
_start:
  .option push
  .option norelax
  la gp, __global_pointer$
  .option pop
  la sp, __stack_top
  la tp, __tls_base
  # Constructors, in the order of the linker.
  la s0, __init_array_start
  la s1, __init_array_end
  j 2f
1:
  lw t0, 0(s0)
  addi s0, s0, 4
  jalr t0
2:
  bne s0, s1, 1b
  call main
  call weft_exit
