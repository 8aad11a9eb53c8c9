import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

/** The folder of the npm package that holds `file`; nothing for our own files. */
function packageOf(file: string): string | undefined {
  const path = file.replace(/^\0+/, '').split('?')[0] ?? '';
  const at = path.lastIndexOf('/node_modules/');
  if (at < 0) return undefined;
  const inside = path.slice(at + '/node_modules/'.length).split('/');
  const name = inside[0]?.startsWith('@') ? inside.slice(0, 2) : inside.slice(0, 1);
  return join(path.slice(0, at), 'node_modules', ...name);
}

/** Name, version and licence text of the package in `folder`. */
function notice(folder: string): [string, string] {
  const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder)
    .sort()
    .find((name) => /^licen[cs]e/i.test(name));
  const text = file ? readFileSync(join(folder, file), 'utf8').trim() : '';
  return [about.name, `${about.name} ${about.version} (${about.license})\n\n${text}`];
}

/** Writes `licences.txt`: the notices of every package whose code is in the built page. */
export function licences(): Plugin {
  return {
    name: 'licences',
    apply: 'build',
    generateBundle() {
      const notices = new Map<string, string>();
      for (const id of this.getModuleIds()) {
        const folder = packageOf(id);
        if (folder && existsSync(join(folder, 'package.json'))) notices.set(...notice(folder));
      }
      const font = join(dirname(import.meta.dirname), 'node_modules/@fontsource-variable/inter');
      notices.set(...notice(font));
      const source = [...notices.entries()]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, text]) => text)
        .join(`\n\n${'-'.repeat(72)}\n\n`);
      this.emitFile({ type: 'asset', fileName: 'licences.txt', source: `${source}\n` });
    },
  };
}
