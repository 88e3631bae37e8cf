declare module 'elfy' {
  interface Section {
    readonly name: string;
    readonly type: string;
    readonly addr: number;
    readonly link: number;
    readonly entsize: number;
    readonly data: Uint8Array;
  }
  const elfy: { parse(file: Uint8Array): { readonly body: { readonly sections: readonly Section[] } } };
  export default elfy;
}
