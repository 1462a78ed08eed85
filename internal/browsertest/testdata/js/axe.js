// Runs axe-core and returns its serious and critical findings in words: all rules, or those alone that depend on size and colours. Of long lists the
// first twelve are looked at: what follows comes of the same template, and axe compares every element with every other. Style sheets
// are asked by the one rule of all that reads them.
async all => {
	const runOnly = all ? ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
		: { type: 'rule', values: ['color-contrast', 'target-size', 'scrollable-region-focusable', 'link-in-text-block'] };
	const exclude = ['tbody > tr', 'li', 'article'].map(row => row + ':nth-child(n + 13)');
	const result = await axe.run({ exclude }, { resultTypes: ['violations'], preload: all, runOnly });
	return result.violations.filter(v => v.impact === 'serious' || v.impact === 'critical')
		.map(v => v.id + ' (' + v.impact + ') ' + v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' — ' + (n.any[0] || n.all[0] || n.none[0] || {}).message).join(' | '));
}
