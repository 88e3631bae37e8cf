# Where a guest starts: stack, thread-local data, constructors, main, exit. Memory starts zeroed, so there is no .bss to clear;
# thread-local data lies in its place already.
  .section .text._start,"ax",@progbits
  .globl _start
  .type _start, @function
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
  li a0, 1
  la a1, arguments
  li a2, 0
  call main
  call exit
  .size _start, . - _start

  .section .rodata.arguments,"a",@progbits
  .balign 4
# argv of main: a name for the program, as C wants, and no arguments.
arguments:
  .word name
  .word 0
name:
  .asciz "guest"
