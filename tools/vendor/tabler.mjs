// Cuts Tabler's style sheet down to the classes in tabler-classes.txt.
//
// A rule stays when every class in its selector is on the list. Custom properties stay when a kept rule or our own style sheets
// use them, directly or through another property. Tabler's dark theme is left out: our tokens carry both themes, and the
// properties that matter are mapped onto them in css/tokens.css. Colours in oklch() and light-dark() are refused, because old
// in-app web views don't know them: a property that needs one must be mapped in tokens.css.
import postcss from 'postcss';

const classes = selector => [...selector.matchAll(/\.((?:\\.|[\w-])+)/g)].map(m => m[1].replaceAll('\\', ''));
const references = value => [...value.matchAll(/var\(\s*(--[\w-]+)/g)].map(m => m[1]);
const modern = /oklch\(|oklab\(|light-dark\(/;

export function cut(css, allowed, ownCSS) {
	const root = postcss.parse(css);
	root.walkComments(comment => { if (!comment.text.startsWith('!')) comment.remove(); });
	root.walkAtRules(rule => { if (/^(-webkit-)?keyframes$|^font-face$|^charset$/.test(rule.name) || rule.params.includes('print')) rule.remove(); });
	root.walkRules(rule => {
		const kept = rule.selectors.filter(s => classes(s).every(c => allowed.has(c)) && !/data-(bs-)?theme|\[dir|::-moz-focus/.test(s));
		if (kept.length === 0) rule.remove(); else rule.selectors = kept;
	});
	const own = new Set();
	postcss.parse(ownCSS).walkDecls(/^--/, d => { own.add(d.prop); });
	const used = new Set(references(ownCSS));
	for (let before = -1; before !== used.size;) {
		before = used.size;
		root.walkDecls(d => { if (!d.prop.startsWith('--') || used.has(d.prop)) if (!own.has(d.prop)) references(d.value).forEach(n => used.add(n)); });
	}
	root.walkDecls(/^--/, d => { if (!used.has(d.prop) || (own.has(d.prop) && d.parent.selector?.includes(':root'))) d.remove(); });
	const bad = [];
	root.walkDecls(d => { if (modern.test(d.value)) { if (d.prop.startsWith('--')) bad.push(d.prop); d.remove(); } });
	for (let again = true; again;) {
		again = false;
		root.walkRules(rule => { if (rule.nodes.length === 0) { rule.remove(); again = true; } });
		root.walkAtRules(rule => { if (rule.nodes && rule.nodes.length === 0) { rule.remove(); again = true; } });
	}
	return { css: root.toString(), unmapped: [...new Set(bad)] };
}
