// What every page must be like, whatever it shows. Returns the faults in words.
() => {
	const faults = [];
	const say = (what, e) => faults.push(what + (e ? ': ' + (e.outerHTML || '').replace(/\s+/g, ' ').slice(0, 160) : ''));
	const text = document.documentElement.innerText;
	const gap = text.indexOf('\u27e6');
	if (gap >= 0 || document.title.includes('\u27e6')) say('text is missing: ' + text.slice(gap, gap + 60));
	const source = document.documentElement.outerHTML.indexOf('\u27e6');
	if (gap < 0 && source >= 0) say('text is missing in an attribute or hidden part: ' + document.documentElement.outerHTML.slice(source - 80, source + 60));
	for (const odd of ['<no value>', '%!', '{{', '[object Object]', 'undefined', 'NaN']) {
		for (const e of document.querySelectorAll('body *:not(script):not(textarea):not(pre)')) {
			if ([...e.childNodes].some(n => n.nodeType === 3 && n.data.includes(odd))) { say('odd text ' + odd, e); break; }
		}
	}
	const headings = document.querySelectorAll('h1');
	if (headings.length !== 1) say(headings.length + ' headings of the first rank');
	// The sprite's square stands for an icon that it doesn't have.
	for (const e of document.querySelectorAll('use[href$="#i-square-rounded"]')) { say('unknown icon', e.closest('a, button, span, div')); break; }
	if (!document.title.trim()) say('no title');
	if (!['zh-CN', 'en'].includes(document.documentElement.lang)) say('language ' + document.documentElement.lang);
	for (const e of document.querySelectorAll('input:not([type=hidden]), select, textarea')) {
		const named = [...(e.labels || [])].some(l => l.innerText.trim() || l.textContent.trim()) || e.getAttribute('aria-label') || e.getAttribute('aria-labelledby');
		if (!named) say('field without a label', e);
	}
	for (const e of document.querySelectorAll('img')) if (!e.hasAttribute('alt')) say('picture without words', e);
	for (const e of document.querySelectorAll('a[href], button')) {
		if (!(e.textContent.trim() || e.getAttribute('aria-label') || e.title || e.querySelector('img[alt]'))) say('nothing to read on it', e);
	}
	const ids = new Set();
	for (const e of document.querySelectorAll('[id]')) {
		if (ids.has(e.id)) say('id twice: ' + e.id, e);
		ids.add(e.id);
	}
	for (const e of document.querySelectorAll('[style]')) if (!e.closest('svg, canvas, .xg-chart')) say('inline style', e);
	return faults;
}
