// The wasm-bindgen glue of @ast-grep/wasm, which ships without types of its own. The public surface is the package's.

declare module '@ast-grep/wasm/wasm_bg.js' {
  export * from '@ast-grep/wasm';
  export function __wbg_set_wasm(exports: unknown): void;
}
