/// <reference types="vite/client" />

declare module 'virtual:examples' {
  export const EXAMPLES: readonly import('./model/example.ts').Example[];
}
