# Memory starts zeroed, so there is no .bss to clear.
  .section .text._start,"ax",@progbits
  .globl _start
_start:
  .option push
  .option norelax
  la gp, __global_pointer$
  .option pop
  la sp, __stack_top
  call main
  call weft_exit
