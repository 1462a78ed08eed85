// Runs axe-core and returns its serious and critical findings in words: all rules, or those alone that depend on size and colours.
async all => {
	const runOnly = all ? ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
		: { type: 'rule', values: ['color-contrast', 'target-size', 'scrollable-region-focusable', 'link-in-text-block'] };
	const result = await axe.run(document, { resultTypes: ['violations'], runOnly });
	return result.violations.filter(v => v.impact === 'serious' || v.impact === 'critical')
		.map(v => v.id + ' (' + v.impact + ') ' + v.nodes.slice(0, 3).map(n => n.target.join(' ') + ' — ' + (n.any[0] || n.all[0] || n.none[0] || {}).message).join(' | '));
}
