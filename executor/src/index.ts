export * from './elf.ts';
export * from './executor.ts';
export * from './isa.ts';
export * from './layout.ts';
export * from './program.ts';
export * from './record.ts';
export * from './symbols.ts';
export * from './syscalls.ts';
