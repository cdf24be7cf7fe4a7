// What a Cargo.toml says about where its library and its programs are.

import { type CargoPackage, join } from '#core/skills/structure/resolveImport.ts';

/** Null where the manifest has no package, as that of a workspace may. */
export function readCargo(folder: string, manifest: string): CargoPackage | null {
  const [library = ''] = tables(manifest, String.raw`\[lib\]`);
  const [own = ''] = tables(manifest, String.raw`\[package\]`);
  const name = textOf(library, 'name') ?? textOf(own, 'name');
  if (name === undefined) return null;
  const programs = tables(manifest, String.raw`\[\[bin\]\]`).flatMap((table) => textOf(table, 'path') ?? []);
  return {
    folder,
    name: name.replaceAll('-', '_'),
    library: join(folder, textOf(library, 'path') ?? 'src/lib.rs'),
    programs: ['src/main.rs', ...programs].map((path) => join(folder, path)),
  };
}

/** The texts of the tables with this heading. */
function tables(manifest: string, heading: string): readonly string[] {
  return manifest
    .replaceAll('\r\n', '\n')
    .split(/^(?=\[)/m)
    .flatMap((table) => (new RegExp(`^${heading}`).test(table) ? [table] : []));
}

function textOf(table: string, key: string): string | undefined {
  return new RegExp(`^${key}\\s*=\\s*["']([^"'\\n]+)["']`, 'm').exec(table)?.[1];
}
