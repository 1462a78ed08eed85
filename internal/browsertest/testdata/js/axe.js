// Runs axe-core and returns its serious and critical findings in words: all rules, or those alone that depend on size and colours. Of long lists the
// first six are looked at: what follows comes of the same template, and axe compares every element with every other. Style sheets are the same on
// every page and read by one rule of all, which is asked where sheets is true; the size of what is pressed is measured where it is pressed with a thumb.
async (all, sheets) => {
	const runOnly = all ? ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
		: { type: 'rule', values: ['color-contrast', 'target-size', 'scrollable-region-focusable', 'link-in-text-block'] };
	const rules = all ? { 'css-orientation-lock': { enabled: sheets }, 'target-size': { enabled: false } } : {};
	const exclude = ['tbody > tr', 'li', 'article'].map(row => row + ':nth-child(n + 7)');
	const result = await axe.run({ exclude }, { resultTypes: ['violations'], preload: sheets, runOnly, rules });
	return result.violations.filter(v => v.impact === 'serious' || v.impact === 'critical')
		.map(v => v.id + ' (' + v.impact + ') ' + v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' — ' + (n.any[0] || n.all[0] || n.none[0] || {}).message).join(' | '));
}
