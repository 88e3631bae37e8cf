# memcpy, memmove, memset, memcmp and strlen for rv32im, where an access must be aligned and each instruction costs the same:
# words wherever both sides allow it, eight at a time, and shifted words where they do not. In assembly, because compilers make
# calls to memcpy of loops that copy, in memcpy too.

  .macro function name
  .section .text.\name,"ax",@progbits
  .globl \name
  .type \name, @function
  .balign 4
\name:
  .endm
  .macro done name
  .size \name, . - \name
  .endm

function memmove
  # Rising copies are right unless the target starts inside the source.
  sub t0, a0, a1
  bltu t0, a2, copy_down
  j memcpy
copy_down:
  add a3, a0, a2
  add a1, a1, a2
  or t0, a3, a1
  andi t0, t0, 3
  bnez t0, 2f
  li t1, 4
1:
  bltu a2, t1, 2f
  addi a3, a3, -4
  addi a1, a1, -4
  lw t0, 0(a1)
  sw t0, 0(a3)
  addi a2, a2, -4
  j 1b
2:
  beqz a2, 4f
3:
  addi a3, a3, -1
  addi a1, a1, -1
  lbu t0, 0(a1)
  sb t0, 0(a3)
  addi a2, a2, -1
  bnez a2, 3b
4:
  ret
  done memmove

function memcpy
  mv a3, a0
  li t1, 16
  bltu a2, t1, bytes
  # Bytes up to a word of the target.
1:
  andi t0, a3, 3
  beqz t0, 2f
  lbu t0, 0(a1)
  sb t0, 0(a3)
  addi a1, a1, 1
  addi a3, a3, 1
  addi a2, a2, -1
  j 1b
2:
  andi t2, a1, 3
  bnez t2, shifted
  andi a4, a2, -32
  beqz a4, words
  add a4, a3, a4
3:
  lw t0, 0(a1)
  lw t1, 4(a1)
  lw t2, 8(a1)
  lw t3, 12(a1)
  lw t4, 16(a1)
  lw t5, 20(a1)
  lw t6, 24(a1)
  lw a5, 28(a1)
  sw t0, 0(a3)
  sw t1, 4(a3)
  sw t2, 8(a3)
  sw t3, 12(a3)
  sw t4, 16(a3)
  sw t5, 20(a3)
  sw t6, 24(a3)
  sw a5, 28(a3)
  addi a1, a1, 32
  addi a3, a3, 32
  bne a3, a4, 3b
  andi a2, a2, 31
words:
  andi a4, a2, -4
  beqz a4, bytes
  add a4, a3, a4
4:
  lw t0, 0(a1)
  sw t0, 0(a3)
  addi a1, a1, 4
  addi a3, a3, 4
  bne a3, a4, 4b
  andi a2, a2, 3
bytes:
  beqz a2, 6f
  add a4, a3, a2
5:
  lbu t0, 0(a1)
  sb t0, 0(a3)
  addi a1, a1, 1
  addi a3, a3, 1
  bne a3, a4, 5b
6:
  ret
  # The source is t2 bytes behind a word: each word of the target is made of two.
shifted:
  slli t3, t2, 3
  neg t4, t3
  sub a1, a1, t2
  lw t0, 0(a1)
  andi a4, a2, -4
  add a4, a3, a4
7:
  lw t1, 4(a1)
  addi a1, a1, 4
  srl t5, t0, t3
  sll t6, t1, t4
  or t5, t5, t6
  sw t5, 0(a3)
  addi a3, a3, 4
  mv t0, t1
  bne a3, a4, 7b
  add a1, a1, t2
  andi a2, a2, 3
  j bytes
  done memcpy

function memset
  mv a3, a0
  li t1, 16
  bltu a2, t1, 5f
  andi a1, a1, 255
  slli t0, a1, 8
  or a1, a1, t0
  slli t0, a1, 16
  or a1, a1, t0
1:
  andi t0, a3, 3
  beqz t0, 2f
  sb a1, 0(a3)
  addi a3, a3, 1
  addi a2, a2, -1
  j 1b
2:
  andi a4, a2, -32
  beqz a4, 4f
  add a4, a3, a4
3:
  sw a1, 0(a3)
  sw a1, 4(a3)
  sw a1, 8(a3)
  sw a1, 12(a3)
  sw a1, 16(a3)
  sw a1, 20(a3)
  sw a1, 24(a3)
  sw a1, 28(a3)
  addi a3, a3, 32
  bne a3, a4, 3b
  andi a2, a2, 31
4:
  andi a4, a2, -4
  beqz a4, 5f
  add a4, a3, a4
6:
  sw a1, 0(a3)
  addi a3, a3, 4
  bne a3, a4, 6b
  andi a2, a2, 3
5:
  beqz a2, 8f
  add a4, a3, a2
7:
  sb a1, 0(a3)
  addi a3, a3, 1
  bne a3, a4, 7b
8:
  ret
  done memset

function memcmp
  add a3, a0, a2
  or t0, a0, a1
  andi t0, t0, 3
  bnez t0, 2f
  andi a4, a2, -4
  add a4, a0, a4
1:
  beq a0, a4, 2f
  lw t0, 0(a0)
  lw t1, 0(a1)
  bne t0, t1, 2f
  addi a0, a0, 4
  addi a1, a1, 4
  j 1b
2:
  beq a0, a3, 3f
  lbu t0, 0(a0)
  lbu t1, 0(a1)
  addi a0, a0, 1
  addi a1, a1, 1
  beq t0, t1, 2b
  sub a0, t0, t1
  ret
3:
  li a0, 0
  ret
  done memcmp

function strlen
  mv a1, a0
1:
  andi t0, a1, 3
  beqz t0, 2f
  lbu t0, 0(a1)
  beqz t0, 4f
  addi a1, a1, 1
  j 1b
2:
  # A word has a zero byte where w - 0x01010101 and not w have a common top bit.
  li t1, 0x01010101
  slli t2, t1, 7
3:
  lw t0, 0(a1)
  addi a1, a1, 4
  sub t3, t0, t1
  not t0, t0
  and t3, t3, t0
  and t3, t3, t2
  beqz t3, 3b
  addi a1, a1, -4
5:
  lbu t0, 0(a1)
  beqz t0, 4f
  addi a1, a1, 1
  j 5b
4:
  sub a0, a1, a0
  ret
  done strlen
