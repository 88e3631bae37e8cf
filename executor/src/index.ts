export * from './executor.ts';
export * from './observe/record.ts';
export * from './program/abi.ts';
export * from './program/elf.ts';
export * from './program/isa.ts';
export * from './program/layout.ts';
export * from './program/program.ts';
export * from './program/symbols.ts';
