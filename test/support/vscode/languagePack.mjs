// A language pack without a translation of VS Code in it: the window counts as being in that language, and extensions show theirs.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Puts the pack into a profile, as if it had been installed. `locale`: as VS Code writes it, such as `zh-cn`. */
export function installLanguagePack({ extensions, data }, locale) {
  const id = `test.language-${locale}`;
  const folder = path.join(extensions, `${id}-1.0.0`);
  const translations = path.join(folder, 'translations', 'main.i18n.json');
  mkdirSync(path.dirname(translations), { recursive: true });
  writeFileSync(translations, JSON.stringify({ '': [], version: '1.0.0', contents: {} }));
  const manifest = {
    name: `language-${locale}`,
    publisher: 'test',
    version: '1.0.0',
    engines: { vscode: '*' },
    contributes: {
      localizations: [
        { languageId: locale, languageName: locale, translations: [{ id: 'vscode', path: './translations/main.i18n.json' }] },
      ],
    },
  };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
  const pack = {
    hash: 'test',
    label: locale,
    extensions: [{ extensionIdentifier: { id }, version: '1.0.0' }],
    translations: { vscode: translations },
  };
  writeFileSync(path.join(data, 'languagepacks.json'), JSON.stringify({ [locale]: pack }));
}
