// Says what makes the page scroll sideways; empty when nothing does. Charts are drawn anew a moment after a change of size.
async () => {
	const width = document.documentElement.clientWidth;
	for (const until = performance.now() + 2000; document.documentElement.scrollWidth > width && performance.now() < until;) await new Promise(requestAnimationFrame);
	if (document.documentElement.scrollWidth <= width) return [];
	const scrolls = e => { for (let p = e.parentElement; p; p = p.parentElement) { const o = getComputedStyle(p).overflowX; if (p !== document.body && p !== document.documentElement && o !== 'visible') return true; } return false; };
	const far = [...document.querySelectorAll('body *')].filter(e => { const r = e.getBoundingClientRect(); return r.width > 0 && r.right > width + 0.5 && !scrolls(e); });
	const inner = far.filter(e => !far.some(o => o !== e && e.contains(o))).slice(0, 3);
	return ['scrolls sideways (' + document.documentElement.scrollWidth + ' of ' + width + ' px): ' + inner.map(e => e.outerHTML.replace(/\s+/g, ' ').slice(0, 160)).join(' | ')];
}
