// Copies third-party code into internal/web/ui/static/vendor: a cut of Tabler, htmx, a sprite of Tabler icons and a small build of
// ECharts. Run it with `make -C tools/vendor` after changing a version in package.json, tabler-classes.txt, icons.txt or echarts.js.
//
// vendor.lock holds the SHA-256 of everything that comes in (`<` lines) and goes out (`>` lines). A run stops
// when what comes in is not what the lock says; `--update` writes a new lock, to be reviewed like code.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync, readdirSync, mkdirSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { cut } from './tabler.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const statics = join(here, '../../internal/web/ui/static');
const out = join(statics, 'vendor');
const modules = join(here, 'node_modules');
const packages = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8')).dependencies;
const update = process.argv.includes('--update');
const lock = [];

const sha = content => createHash('sha256').update(content).digest('hex');
const list = name => readFileSync(join(here, name), 'utf8').split('\n').filter(line => line && !line.startsWith('#'));
const text = path => readFileSync(join(modules, path), 'utf8');
const incoming = (name, version, content) => lock.push(`< ${name}@${version} ${sha(content)}`);
const outgoing = (name, content) => { writeFileSync(join(out, name), content); lock.push(`> ${name} ${sha(content)}`); };

mkdirSync(out, { recursive: true });

const htmx = text('htmx.org/dist/htmx.min.js').replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '\n');
incoming('htmx.org', packages['htmx.org'], htmx);
outgoing('htmx.js', `/* htmx ${packages['htmx.org']}, Zero-Clause BSD */\n${htmx}`);

const tabler = text('@tabler/core/dist/css/tabler.css');
incoming('@tabler/core', packages['@tabler/core'], tabler);
const ownCSS = readdirSync(join(statics, 'css')).sort().map(name => readFileSync(join(statics, 'css', name), 'utf8')).join('\n');
const { css, unmapped } = cut(tabler, new Set(list('tabler-classes.txt')), ownCSS);
if (unmapped.length) console.warn('dropped because old web views cannot read them; map in css/tokens.css if needed:', unmapped.join(' '));
const minified = await build({ stdin: { contents: css, loader: 'css' }, minify: true, write: false, target: ['chrome114', 'safari17'] });
outgoing('tabler.css', `/* Tabler ${packages['@tabler/core']}, cut down, MIT */\n${minified.outputFiles[0].text}`);

const names = list('icons.txt').sort();
const symbols = names.map(name => {
	const svg = text(`@tabler/icons/icons/outline/${name}.svg`);
	incoming(`icon ${name}`, packages['@tabler/icons'], svg);
	const inside = svg.replace(/^[\s\S]*?<svg[\s\S]*?>/, '').replace(/<\/svg>\s*$/, '').replace(/<path stroke="none"[^>]*>/, '').replace(/\s*\n\s*/g, '').replace(/ \/>/g, '/>');
	return `<symbol id="i-${name}" viewBox="0 0 24 24">${inside}</symbol>`;
});
outgoing('icons.svg', `<!-- Tabler Icons ${packages['@tabler/icons']}, MIT -->\n<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join('\n')}\n</svg>\n`);

const charts = await build({ entryPoints: [join(here, 'echarts.js')], bundle: true, minify: true, format: 'iife', globalName: 'echarts', write: false, metafile: true, target: ['chrome114', 'safari17'], legalComments: 'none', absWorkingDir: here, define: { 'process.env.NODE_ENV': '"production"' } });
const inputs = Object.keys(charts.metafile.inputs).filter(name => name.includes('node_modules')).sort();
incoming('echarts with zrender and tslib', packages.echarts, inputs.map(name => name + sha(readFileSync(join(here, name)))).join('\n'));
outgoing('echarts.js', `/* Apache ECharts ${packages.echarts} (line, bar, scatter, radar; SVG), Apache-2.0 */\n${charts.outputFiles[0].text}`);

const licences = [['htmx.org', 'LICENSE'], ['@tabler/core', 'LICENSE'], ['@tabler/icons', 'LICENSE'], ['echarts', 'LICENSE'], ['echarts', 'NOTICE'], ['zrender', 'LICENSE']].filter(([name, file]) => existsSync(join(modules, name, file)));
outgoing('licenses.txt', licences.map(([name, file]) => `==== ${name} ${packages[name]}: ${file} ====\n\n${text(join(name, file)).trim()}\n`).join('\n'));

const lockFile = join(here, 'vendor.lock');
const written = lock.join('\n') + '\n';
const known = (() => { try { return readFileSync(lockFile, 'utf8'); } catch { return ''; } })();
if (update || known === '') {
	writeFileSync(lockFile, written);
} else if (written !== known) {
	const before = new Set(known.split('\n'));
	console.error('differs from vendor.lock:\n' + written.split('\n').filter(line => !before.has(line)).join('\n'));
	process.exit(1);
}
