// Says what is too small for a thumb on a phone: 44 px for what one presses or fills in. Words in running text and in tables are links, not buttons.
() => {
	const faults = new Set();
	for (const e of document.querySelectorAll('.btn, .xg-tabs :is(a, button), .utabs a, .seg :is(a, button), .form-control, .form-select, .xg-fold > summary, .xg-links a, .xg-pager a')) {
		const height = e.getBoundingClientRect().height;
		if (height > 0 && height < 43.5) faults.add('too small to touch: ' + Math.round(height) + ' px ' + e.outerHTML.replace(/\s+/g, ' ').slice(0, 120));
	}
	return [...faults].slice(0, 5);
}
