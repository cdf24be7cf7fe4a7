// The file imports of sql.js 1.16.0. The release build minifies their names, so the exact build is pinned by its hash;
// a new version of sql.js needs a new table (its debug build carries the readable names).

export const SQL_JS_VERSION = '1.16.0';
export const WASM_SHA256 = '43bbcdd44287e5a2db3b6b5af34b1a3485a7a441285d247976c1ebe3c61f8dbf';

/** Emscripten's name → the name in this build. */
export const IMPORTS = {
  openat: 'x',
  close: 'e',
  read: 't',
  write: 'q',
  seek: 'E',
  sync: 'K',
  truncate: 'J',
  fcntl: 'b',
  fstat: 'g',
  stat: 'N',
  lstat: 'M',
  fstatat: 'L',
  unlinkat: 'o',
  access: 'D',
  utimens: 'n',
  fchmod: 'j',
  fchown: 'h',
} as const;

export type ImportName = keyof typeof IMPORTS;

const WASI_EIO = 29;

/** WASI numbers of the errors that Node's file calls report by name. */
const WASI_ERRNO: { readonly [code: string]: number } = {
  EACCES: 2,
  EAGAIN: 6,
  EBADF: 8,
  EBUSY: 10,
  EDQUOT: 19,
  EEXIST: 20,
  EFBIG: 22,
  EINTR: 27,
  EINVAL: 28,
  EIO: WASI_EIO,
  EISDIR: 31,
  ELOOP: 32,
  EMFILE: 33,
  ENAMETOOLONG: 37,
  ENFILE: 41,
  ENOENT: 44,
  ENOSPC: 51,
  ENOTDIR: 54,
  EPERM: 63,
  EROFS: 69,
};

/** What SQLite is told; unknown errors are I/O errors. */
export function wasiErrno(code: string): number {
  return WASI_ERRNO[code] ?? WASI_EIO;
}
